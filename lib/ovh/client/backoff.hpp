// Decides which failures are worth another try, and when. Pure: chance is an argument.
#pragma once

#include "base/error.hpp"
#include "base/timestamp.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ovhl::ovh {

// A failed try, with what decides about the next one.
struct failed_try {
  error what;
  bool again = false; // the same request may succeed later
  std::optional<std::chrono::seconds> retry_after;
};

// A failure that no other try would change.
failed_try final_failure(failure, std::string message, std::string advice = {});

inline constexpr int most_tries = 5; // those that were answered with 429 do not count

// How long to wait after `tries` failed tries; nothing: give up. The wait starts at half a second
// (two seconds after a 429) and doubles; `chance` in [0, 1) shortens it by up to half, so that many
// clients do not come back at once. Retry-After, if there is one, decides alone.
std::optional<std::chrono::nanoseconds> wait_before_next(const failed_try&, int tries,
                                                         double chance);

// Retry-After in either of its forms, seconds or an HTTP date; more than a year is a year.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view, instant now) noexcept;

} // namespace ovhl::ovh
