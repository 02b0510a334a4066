// How doctest shows what its checks compare: lists and values that may be missing, and text views
// for toString functions beside enums.
#pragma once

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::test {

inline doctest::String printed(std::string_view text) {
  return {text.data(), static_cast<doctest::String::size_type>(text.size())};
}

} // namespace ovhl::test

namespace doctest {

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
