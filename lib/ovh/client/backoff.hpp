// Which failures are worth another try, and after how long. Pure: chance is an argument.
#pragma once

#include "base/error.hpp"
#include "base/timestamp.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace ovhl::ovh {

// A try that failed, with what the decision about the next needs.
struct failed_try {
  error what;
  bool again = false; // the same question may fare better
  std::optional<std::chrono::seconds> retry_after;
};

inline constexpr int most_tries = 5; // of those that are not 429

// How long to wait after `tries` of them have failed; nothing: it is final. It grows twofold from
// half a second (from two seconds after a 429) and is shortened by up to half by `chance` in [0,
// 1), so that many clients do not come back together. Retry-After counts as it is.
std::optional<std::chrono::nanoseconds> wait_before_next(const failed_try&, int tries,
                                                         double chance);

// Retry-After in either of its forms, seconds or an HTTP date; more than a year is a year.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view, instant now) noexcept;

} // namespace ovhl::ovh
