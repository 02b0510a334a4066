#include "loop/clock.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace ovhl::loop {

namespace asio = boost::asio;

steady_point real_clock::now() const { return std::chrono::steady_clock::now(); }

instant real_clock::wall() const {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

asio::awaitable<void> real_clock::wait_until(steady_point end) {
  asio::steady_timer timer(co_await asio::this_coro::executor, end);
  co_await timer.async_wait(asio::use_awaitable);
}

instant instant_clock::wall() const {
  return wall_ + std::chrono::floor<std::chrono::seconds>(now_.time_since_epoch());
}

asio::awaitable<void> instant_clock::wait_until(steady_point end) {
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  now_ = std::max(now_, end);
}

} // namespace ovhl::loop
