// When the next poll is due: see pause() in schedule.hpp.
#pragma once

#include "base/timestamp.hpp"
#include "loop/clock.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <random>

namespace ovhl::agent {

class poll_timing {
 public:
  explicit poll_timing(loop::clock& clock) : clock_(clock) {}

  // After a poll; `failures` in a row. Returns when the next poll is due, for people.
  instant plan(std::chrono::seconds interval, int failures);
  // Until then.
  boost::asio::awaitable<void> wait() { return clock_.wait_until(next_); }

 private:
  loop::clock& clock_;
  loop::steady_point next_{};
  std::minstd_rand random_{std::random_device{}()};
};

} // namespace ovhl::agent
