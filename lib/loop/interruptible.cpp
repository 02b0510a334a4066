#include "loop/interruptible.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace ovhl::loop {

namespace asio = boost::asio;

asio::awaitable<bool> interruptible::run(asio::awaitable<void> work) {
  interrupted_ = false;
  const auto executor = co_await asio::this_coro::executor;
  try {
    co_await asio::co_spawn(executor, std::move(work),
                            asio::bind_cancellation_slot(signal_.slot(), asio::use_awaitable));
  } catch (const std::exception&) {
    if (!interrupted_) throw;
  }
  co_return !interrupted_;
}

void interruptible::interrupt() {
  interrupted_ = true;
  signal_.emit(asio::cancellation_type::terminal);
}

} // namespace ovhl::loop
