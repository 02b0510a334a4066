#include "agent/watchdog.hpp"

#include "os/notify.hpp"

namespace ovhl::agent {

boost::asio::awaitable<void> watchdog::work(std::function<void()> went_well) {
  const auto interval = os::watchdog_interval();
  while (interval) {
    os::notify_watchdog();
    went_well();
    co_await with_.clock.wait_for(*interval);
  }
}

} // namespace ovhl::agent
