#include "loop/wait_queue.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>

namespace ovhl::loop {

namespace asio = boost::asio;

struct wait_queue::place : link {
  place(const asio::any_io_executor& executor, std::chrono::nanoseconds limit)
      : timer(executor, limit) {}
  asio::steady_timer timer;
  bool woken = false;
};

asio::awaitable<bool> wait_queue::wait(std::chrono::nanoseconds limit) {
  constexpr std::chrono::nanoseconds day = std::chrono::hours(24); // far enough, and no overflow
  const auto executor = co_await asio::this_coro::executor;
  place mine(executor, std::min(limit, day));
  queue_.push_back(mine);
  boost::system::error_code ec;
  co_await mine.timer.async_wait(asio::redirect_error(asio::use_awaitable, ec));

  const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
  if (cancelled != asio::cancellation_type::none) {
    if (mine.woken) wake_one(); // it will not use what it was woken for: wake the next
    throw boost::system::system_error(asio::error::operation_aborted);
  }
  co_return mine.woken;
}

void wait_queue::wake_one() {
  if (queue_.empty()) return;
  place& first = static_cast<place&>(queue_.front());
  first.unlink();
  first.woken = true;
  first.timer.cancel();
}

void wait_queue::wake_all() {
  while (!queue_.empty())
    wake_one();
}

} // namespace ovhl::loop
