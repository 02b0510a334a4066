// Something that many need and one fetches while the others wait for it. All on one thread.
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
    flown,  // it was fetched here
    landed, // another's flight has ended, well or not: look at what it brought
    late    // another's is still under way after `limit` of real time
  };
  // Runs `fetch` unless another's is under way, and waits for that one then. If it is cancelled, it
  // has ended too: who looks and finds nothing flies next.
  boost::asio::awaitable<end> join(std::function<boost::asio::awaitable<void>()> fetch,
                                   std::chrono::nanoseconds limit);

 private:
  wait_queue line_;
  bool flying_ = false;
};

} // namespace ovhl::loop
