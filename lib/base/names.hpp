// Finds an enum's value by its name. name(e) returns the name; names<E> lists the values that may
// be found. To add an enum, specialise names<E> where name(E) is declared, or in one header of the
// first room that reads it.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <type_traits>

namespace ovhl {

template <class E>
inline constexpr auto names = std::array<E, 0>{};

template <class E>
concept named_enum = std::is_enum_v<E> && (names<E>.size() > 0);

template <named_enum E>
std::optional<E> named(std::string_view text) noexcept {
  for (const E e : names<E>)
    if (name(e) == text) return e;
  return std::nullopt;
}

} // namespace ovhl
