// Fetches something that many coroutines need once: one fetches, the others wait. For one thread.
#pragma once

#include "loop/wait_queue.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>

namespace ovhl::loop {

class single_flight {
 public:
  enum class end : std::uint8_t {
    flown,  // this call has fetched
    landed, // the fetch of another call has ended, successfully or not: look at its result
    late    // the fetch of another call is still under way after `limit` of real time
  };
  // Calls `fetch`, or waits for one under way. A cancelled fetch counts as ended: a caller that
  // then finds no result calls join() again and fetches itself.
  boost::asio::awaitable<end> join(std::function<boost::asio::awaitable<void>()> fetch,
                                   std::chrono::nanoseconds limit);

 private:
  wait_queue queue_;
  bool flying_ = false;
};

} // namespace ovhl::loop
