// Small things about text that several rooms need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ovhl {

// ASCII only, whatever the locale.
constexpr char lowered(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string lowered(std::string_view);
bool equal_ignoring_case(std::string_view, std::string_view) noexcept;
std::string_view trimmed(std::string_view) noexcept;

// The candidate a person most likely meant, if one is near enough to be worth suggesting (edits and
// swaps, case ignored).
std::optional<std::string_view> nearest(std::string_view written,
                                        std::span<const std::string_view> candidates);
// "; did you mean 'connections'?", or nothing.
std::string did_you_mean(std::string_view written, std::span<const std::string_view> candidates);

// The first character of UTF-8 text that is not empty. A byte that is not UTF-8 counts as a
// character by itself, U+FFFD.
struct code_point {
  std::uint32_t value;
  std::size_t bytes;
  bool valid;
};
code_point first_character(std::string_view) noexcept;

// How many terminal columns UTF-8 text takes (two for wide characters, none for combining marks),
// and the same text cut to fit, with `…`.
std::size_t columns(std::string_view) noexcept;
std::string fitted(std::string_view, std::size_t columns);

// Text from outside made safe for a terminal, a log line and a table: control characters (newlines
// and escapes too) become `\xNN`, what is not UTF-8 becomes U+FFFD.
std::string printable(std::string_view);

// 1,234,567
std::string grouped(std::uint64_t);

// Lower-case hexadecimal.
std::string hex(std::span<const unsigned char>);

} // namespace ovhl
