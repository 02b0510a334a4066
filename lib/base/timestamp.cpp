#include "base/timestamp.hpp"

#include <fmt/format.h>

#include <cctype>

namespace ovhl {

namespace {

// Takes exactly `length` digits off the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t length) noexcept {
  if (text.size() < length) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, length)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = 10 * value + (c - '0');
  }
  text.remove_prefix(length);
  return value;
}

bool take(std::string_view& text, char expected) noexcept {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<day> take_date(std::string_view& text) noexcept {
  const auto y = take_digits(text, 4);
  if (!y || !take(text, '-')) return std::nullopt;
  const auto m = take_digits(text, 2);
  if (!m || !take(text, '-')) return std::nullopt;
  const auto d = take_digits(text, 2);
  if (!d) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*y),
                                         std::chrono::month(static_cast<unsigned>(*m)),
                                         std::chrono::day(static_cast<unsigned>(*d))};
  if (!date.ok()) return std::nullopt;
  return day(date);
}

std::optional<std::chrono::seconds> take_offset(std::string_view& text) noexcept {
  if (take(text, 'Z') || take(text, 'z')) return std::chrono::seconds(0);
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  const auto h = take_digits(text, 2);
  take(text, ':'); // OVHcloud writes it, RFC 822 dates do not
  const auto m = take_digits(text, 2);
  if (!h || !m || *h > 23 || *m > 59) return std::nullopt;
  return sign * (std::chrono::hours(*h) + std::chrono::minutes(*m));
}

} // namespace

std::string timestamp(instant t) {
  const auto midnight = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::hh_mm_ss time(t - midnight);
  return fmt::format("{}T{:02}:{:02}:{:02}Z", date_text(midnight), time.hours().count(),
                     time.minutes().count(), time.seconds().count());
}

std::string minute_text(instant t) {
  const std::string text = timestamp(t);
  return fmt::format("{} {} UTC", text.substr(0, 10), text.substr(11, 5));
}

std::optional<instant> parse_timestamp(std::string_view text) noexcept {
  const auto date = take_date(text);
  if (!date || (!take(text, 'T') && !take(text, 't') && !take(text, ' '))) return std::nullopt;
  const auto h = take_digits(text, 2);
  if (!h || !take(text, ':')) return std::nullopt;
  const auto m = take_digits(text, 2);
  if (!m || !take(text, ':')) return std::nullopt;
  const auto s = take_digits(text, 2);
  if (!s || *h > 23 || *m > 59 || *s > 60) return std::nullopt;
  if (take(text, '.')) {
    if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front())) == 0)
      return std::nullopt;
    while (!text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) != 0)
      text.remove_prefix(1);
  }
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return *date + std::chrono::hours(*h) + std::chrono::minutes(*m) + std::chrono::seconds(*s) -
         *offset;
}

std::string date_text(day d) {
  const std::chrono::year_month_day date(d);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::optional<day> parse_date(std::string_view text) noexcept {
  const auto date = take_date(text);
  return text.empty() ? date : std::nullopt;
}

} // namespace ovhl
