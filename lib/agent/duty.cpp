#include "agent/duty.hpp"

#include <utility>

namespace ovhl::agent {

boost::asio::awaitable<void> interruptible_duty::run(std::function<void()> went_well) {
  if (!stopping_) co_await work_.run(work(std::move(went_well)));
}

void interruptible_duty::stop() {
  stopping_ = true;
  work_.interrupt();
}

} // namespace ovhl::agent
