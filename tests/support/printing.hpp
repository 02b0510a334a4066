// How doctest shows what its checks compare: enums by name, lists, and values that may be missing.
#pragma once

#include <doctest/doctest.h>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ovhl::test {

inline doctest::String printed(std::string_view text) {
  return {text.data(), static_cast<doctest::String::size_type>(text.size())};
}

template <class E>
concept enum_with_name = std::is_enum_v<E> && requires(const E e) {
  { name(e) } -> std::convertible_to<std::string_view>;
};

} // namespace ovhl::test

namespace doctest {

// doctest 2.4.9 prints everything that it takes for an enum as a number.
template <ovhl::test::enum_with_name E>
struct detail::types::is_enum<E> : detail::types::false_type {};

template <ovhl::test::enum_with_name E>
struct StringMaker<E> {
  static String convert(E value) {
    const std::string_view text = name(value);
    return text.empty() ? String("(no name)") : ovhl::test::printed(text);
  }
};

template <class T>
struct StringMaker<std::optional<T>> {
  static String convert(const std::optional<T>& value) {
    return value ? doctest::toString(*value) : String("nothing");
  }
};

template <class T>
struct StringMaker<std::vector<T>> { // a line for each
  static String convert(const std::vector<T>& list) {
    String all;
    for (const T& item : list)
      all += String("\n  ") + doctest::toString(item);
    return all;
  }
};

} // namespace doctest
