#include "base/duration.hpp"

#include "base/whole_number.hpp"

#include <fmt/format.h>

#include <limits>

namespace ovhl {

namespace {

constexpr std::int64_t seconds_in(char unit) noexcept {
  switch (unit) {
  case 's': return 1;
  case 'm': return 60;
  case 'h': return 3600;
  case 'd': return 86400;
  default: return 0;
  }
}

} // namespace

std::optional<std::chrono::seconds> parse_duration(std::string_view text) noexcept {
  if (text.empty() || text.front() == '-') return std::nullopt;
  const std::int64_t unit = seconds_in(text.back());
  const auto count = whole_number(text.substr(0, text.size() - 1));
  if (unit == 0 || !count || *count > std::numeric_limits<std::int32_t>::max() / unit)
    return std::nullopt;
  return std::chrono::seconds(*count * unit);
}

std::string duration_text(std::chrono::seconds duration) {
  const auto count = duration.count();
  for (char unit : {'d', 'h', 'm'})
    if (count != 0 && count % seconds_in(unit) == 0)
      return fmt::format("{}{}", count / seconds_in(unit), unit);
  return fmt::format("{}s", count);
}

std::string rough_duration(std::chrono::milliseconds duration) {
  const auto s = duration.count() / 1000;
  // Cut, not rounded: there is no "60.0 s".
  const auto tenths = duration.count() / 100;
  if (s < 60) return fmt::format("{:.1f} s", static_cast<double>(tenths) / 10.0);
  if (s < 3600) return fmt::format("{} min {} s", s / 60, s % 60);
  if (s < 86400) return fmt::format("{} h {} min", s / 3600, s % 3600 / 60);
  return fmt::format("{} d {} h", s / 86400, s % 86400 / 3600);
}

} // namespace ovhl
