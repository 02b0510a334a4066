// A whole number as a person writes it: digits, and a minus before them. YAML 1.1 takes 010 for 8,
// others for 10, so what could be read in two ways is no number here.
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
