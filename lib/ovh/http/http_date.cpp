#include "ovh/http/http_date.hpp"

#include <chrono>

namespace ovhl::ovh {

namespace {

// Whether the text fits a pattern in which '#' is a digit and everything else is itself.
bool fits(std::string_view text, std::string_view form) noexcept {
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] == '#' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) return false;
  return true;
}

int number(std::string_view digits) noexcept {
  int value = 0;
  for (const char c : digits)
    value = 10 * value + (c - '0');
  return value;
}

// The index of a three-letter name in `all`.
std::optional<unsigned> name_of(std::string_view all, std::string_view name) noexcept {
  for (unsigned i = 0; 3 * i < all.size(); ++i)
    if (all.substr(std::size_t{3} * i, 3) == name) return i;
  return std::nullopt;
}

} // namespace

std::optional<instant> parse_http_date(std::string_view text) noexcept {
  if (text.size() != 29) return std::nullopt;
  const auto weekday = name_of("SunMonTueWedThuFriSat", text.substr(0, 3));
  const auto month = name_of("JanFebMarAprMayJunJulAugSepOctNovDec", text.substr(8, 3));
  if (!weekday || !month || !fits(text.substr(3, 5), ", ## ") ||
      !fits(text.substr(11), " #### ##:##:## GMT"))
    return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(number(text.substr(12, 4))), std::chrono::month(*month + 1),
      std::chrono::day(static_cast<unsigned>(number(text.substr(5, 2))))};
  const int h = number(text.substr(17, 2)), m = number(text.substr(20, 2)),
            s = number(text.substr(23, 2));
  if (!date.ok() || std::chrono::weekday(date).c_encoding() != *weekday || h > 23 || m > 59 ||
      s > 60) // a leap second
    return std::nullopt;
  return day(date) + std::chrono::hours(h) + std::chrono::minutes(m) + std::chrono::seconds(s);
}

} // namespace ovhl::ovh
