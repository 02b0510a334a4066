#include "loop/single_flight.hpp"

#include "base/on_exit.hpp"

namespace ovhl::loop {

boost::asio::awaitable<single_flight::end>
single_flight::join(std::function<boost::asio::awaitable<void>()> fetch,
                    std::chrono::nanoseconds limit) {
  if (flying_) {
    const bool woken = co_await queue_.wait(limit);
    co_return woken ? end::landed : end::late;
  }
  flying_ = true;
  const on_exit landing([this] {
    flying_ = false;
    queue_.wake_all();
  });
  co_await fetch();
  co_return end::flown;
}

} // namespace ovhl::loop
