// How many requests a minute are ours to send: a token bucket as arithmetic, without a clock of its
// own.
#pragma once

#include "loop/clock.hpp"

#include <cstdint>
#include <optional>

namespace ovhl::ovh {

class budget {
 public:
  // The bucket holds a minute's requests and is full at first; 0 is no limit.
  budget(int requests_per_minute, loop::steady_point now);

  // The earliest moment, not before `now`, at which a request may be sent. Nothing is taken.
  loop::steady_point next(loop::steady_point now) const noexcept;
  // Takes one, to be sent at `at`, which next() gave.
  void take(loop::steady_point at) noexcept;
  // Nothing may be sent before: the API said so.
  void hold_until(loop::steady_point) noexcept;
  loop::steady_point held_until() const noexcept { return held_; }

  // How many may be sent until `deadline`; nothing where there is no limit.
  std::optional<std::uint64_t> possible(loop::steady_point now,
                                        loop::steady_point deadline) const noexcept;

 private:
  std::chrono::nanoseconds interval_{0}; // between two requests in the long run
  std::chrono::nanoseconds burst_{0};    // how far ahead of that pace they may be
  loop::steady_point paced_;             // when the next would be sent at an even pace
  loop::steady_point held_;
};

} // namespace ovhl::ovh
