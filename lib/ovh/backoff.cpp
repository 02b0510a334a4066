#include "ovh/backoff.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace ovhl::ovh {

using namespace std::chrono_literals;

std::optional<std::chrono::nanoseconds> wait_before_next(const failed_try& last, int tries,
                                                         double chance) {
  const bool throttled = last.what.kind == failure::throttled;
  if (!last.again || (!throttled && tries >= most_tries)) return std::nullopt;
  if (last.retry_after) return std::max<std::chrono::nanoseconds>(*last.retry_after, 1s);
  const std::chrono::duration<double> longest = throttled ? 60s : 30s;
  const std::chrono::duration<double> first = throttled ? 2000ms : 500ms;
  const auto full = std::min(longest, first * std::exp2(std::min(tries, 16) - 1));
  return std::chrono::duration_cast<std::chrono::nanoseconds>(full * (1.0 - chance / 2));
}

namespace {

std::optional<int> number(std::string_view digits) noexcept {
  int value = 0;
  const auto [rest, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || failed != std::errc() || rest != digits.data() + digits.size() || value < 0)
    return std::nullopt;
  return value;
}

// "Sun, 06 Nov 1994 08:49:37 GMT", the one form RFC 9110 lets servers send.
std::optional<instant> http_date(std::string_view text) noexcept {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(25) != " GMT" || text[19] != ':' || text[22] != ':')
    return std::nullopt;
  const auto month = std::find(months.begin(), months.end(), text.substr(8, 3));
  const auto d = number(text.substr(5, 2)), y = number(text.substr(12, 4));
  const auto h = number(text.substr(17, 2)), m = number(text.substr(20, 2)),
             s = number(text.substr(23, 2));
  if (month == months.end() || !d || !y || !h || !m || !s || *h > 23 || *m > 59 || *s > 60)
    return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(*y), std::chrono::month(static_cast<unsigned>(month - months.begin()) + 1),
      std::chrono::day(static_cast<unsigned>(*d))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*h) + std::chrono::minutes(*m) +
         std::chrono::seconds(*s);
}

} // namespace

std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, instant now) noexcept {
  constexpr std::chrono::seconds longest = std::chrono::hours(365 * 24);
  text = trimmed(text);
  if (const auto seconds = number(text)) return std::min(longest, std::chrono::seconds(*seconds));
  if (const auto date = http_date(text))
    return std::clamp<std::chrono::seconds>(*date - now, std::chrono::seconds(0), longest);
  return std::nullopt;
}

} // namespace ovhl::ovh
