// One piece of work at a time that others may end before it is done.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

namespace ovhl::loop {

class interruptible {
 public:
  // False if the work was interrupted. Everything else that it throws is thrown on.
  boost::asio::awaitable<bool> run(boost::asio::awaitable<void> work);
  // Ends the work under way; does nothing if there is none.
  void interrupt();
  // Asked by the work itself after an await that may return early instead of throwing.
  bool is_interrupted() const noexcept { return interrupted_; }

 private:
  boost::asio::cancellation_signal signal_;
  bool interrupted_ = false;
};

} // namespace ovhl::loop
