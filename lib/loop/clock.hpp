// Time for coroutines: the program uses the real clock; tests use one that jumps, so that no test
// waits.
#pragma once

#include "base/timestamp.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>

namespace ovhl::loop {

using steady_point = std::chrono::steady_clock::time_point;

class clock {
 public:
  virtual ~clock() = default;

  virtual steady_point now() const = 0; // for waits and durations
  virtual instant wall() const = 0;     // for the record
  // Returns when the time has come; throws operation_aborted (as every await) when it is cancelled.
  virtual boost::asio::awaitable<void> wait_until(steady_point) = 0;

  boost::asio::awaitable<void> wait_for(std::chrono::nanoseconds d) {
    return wait_until(now() + d);
  }

 protected:
  clock() = default;
  clock(const clock&) = default;
  clock& operator=(const clock&) = default;
};

class real_clock final : public clock {
 public:
  steady_point now() const override;
  instant wall() const override;
  boost::asio::awaitable<void> wait_until(steady_point) override;
};

// For tests: a wait moves the clock forward and returns at once (after letting others run), so that
// minutes of back-off take no time. `advance` moves it by hand.
class instant_clock final : public clock {
 public:
  explicit instant_clock(instant start) : wall_(start) {}
  steady_point now() const override { return now_; }
  instant wall() const override;
  boost::asio::awaitable<void> wait_until(steady_point) override;
  void advance(std::chrono::nanoseconds d) { now_ += d; }

 private:
  steady_point now_{};
  instant wall_;
};

} // namespace ovhl::loop
