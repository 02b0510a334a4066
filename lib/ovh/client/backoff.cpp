#include "ovh/client/backoff.hpp"

#include "base/text.hpp"
#include "ovh/http/http_date.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace ovhl::ovh {

using namespace std::chrono_literals;

failed_try final_failure(failure kind, std::string message, std::string advice) {
  failed_try f;
  f.what.kind = kind;
  f.what.message = std::move(message);
  f.what.advice = std::move(advice);
  return f;
}

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

} // namespace

std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, instant now) noexcept {
  constexpr std::chrono::seconds longest = std::chrono::hours(365 * 24);
  text = trimmed(text);
  if (const auto seconds = number(text)) return std::min(longest, std::chrono::seconds(*seconds));
  if (const auto date = parse_http_date(text))
    return std::clamp<std::chrono::seconds>(*date - now, std::chrono::seconds(0), longest);
  return std::nullopt;
}

} // namespace ovhl::ovh
