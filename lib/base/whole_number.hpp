// Parses a whole number: digits, perhaps after a minus sign. A leading zero is refused, because
// YAML 1.1 reads 010 as 8 and others read it as 10.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ovhl {

inline std::optional<std::int64_t> whole_number(std::string_view text) noexcept {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  if (text == "-0") return std::nullopt;
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failed] = std::from_chars(text.data(), end, value);
  if (failed != std::errc() || rest != end) return std::nullopt;
  return value;
}

} // namespace ovhl
