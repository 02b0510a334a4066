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

duty_context::duty_context(boost::asio::any_io_executor on, loop::clock& by, const os::log& to,
                           agent::state& of)
    : executor(std::move(on)),
      clock(by),
      log(to),
      now(of),
      events(log),
      problems(of.problems, events, clock) {}

} // namespace ovhl::agent
