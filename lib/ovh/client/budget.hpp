// The request budget: limits the requests per minute by a token bucket. It has no clock: time is an
// argument.
#pragma once

#include "loop/clock.hpp"

#include <cstdint>
#include <optional>

namespace ovhl::ovh {

class budget {
 public:
  // The bucket holds a minute's requests and is full at first; 0 is no limit.
  budget(int requests_per_minute, loop::steady_point now);

  // The earliest time from `now` on at which a request may be sent. Takes nothing from the bucket.
  loop::steady_point next(loop::steady_point now) const noexcept;
  // Takes one request, to be sent at `at`, a time that next() returned.
  void take(loop::steady_point at) noexcept;
  // The API said that nothing may be sent before then.
  void hold_until(loop::steady_point) noexcept;
  loop::steady_point held_until() const noexcept { return held_; }

  // How many requests may be sent until `deadline`; nothing: there is no limit.
  std::optional<std::uint64_t> possible(loop::steady_point now,
                                        loop::steady_point deadline) const noexcept;

 private:
  std::chrono::nanoseconds interval_{0}; // between two requests in the long run
  std::chrono::nanoseconds burst_{0};    // how far ahead of that pace requests may be
  loop::steady_point paced_;             // when the next would be sent at an even pace
  loop::steady_point held_;
};

} // namespace ovhl::ovh
