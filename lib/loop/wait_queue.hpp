// A queue of coroutines that wait until others wake them: a connection has become free, a token has
// arrived. For one thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/intrusive/list.hpp>

#include <chrono>

namespace ovhl::loop {

class wait_queue {
 public:
  wait_queue() = default;
  wait_queue(const wait_queue&) = delete;
  wait_queue& operator=(const wait_queue&) = delete;

  // Until woken (true) or until `limit` of real time has passed (false). Throws operation_aborted
  // when it is cancelled. As with a condition variable, look again after waking: another may have
  // been quicker.
  boost::asio::awaitable<bool> wait(std::chrono::nanoseconds limit);

  void wake_one();
  void wake_all();

 private:
  struct place; // in the queue; lives in the waiting coroutine's frame
  using hook =
      boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
  struct link : hook {};

  boost::intrusive::list<link, boost::intrusive::constant_time_size<false>> queue_;
};

} // namespace ovhl::loop
