#include "loop/signals.hpp"

#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <utility>

namespace ovhl::loop {

namespace {

// Asio's handlers interrupt system calls with EINTR.
void let_calls_go_on(int number) {
  struct sigaction handler{};
  ::sigaction(number, nullptr, &handler);
  handler.sa_flags |= SA_RESTART;
  ::sigaction(number, &handler, nullptr);
}

} // namespace

struct signals::state {
  explicit state(boost::asio::any_io_executor executor) : set(std::move(executor)) {}
  boost::asio::signal_set set;
  std::function<void(int)> heard;
  bool over = false; // a cancelled wait may have heard one already

  static void wait(const std::shared_ptr<state>& self) {
    self->set.async_wait([self](boost::system::error_code failed, int number) {
      if (failed || self->over) return;
      self->heard(number);
      if (!self->over) wait(self);
    });
  }
};

signals::signals(boost::asio::any_io_executor executor, std::span<const int> numbers)
    : state_(std::make_shared<state>(std::move(executor))) {
  for (const int number : numbers) {
    state_->set.add(number);
    let_calls_go_on(number);
  }
}

// What they did before is in force again.
signals::~signals() {
  if (!state_) return;
  end();
  boost::system::error_code none;
  state_->set.clear(none);
}

void signals::listen(std::function<void(int)> heard) {
  state_->heard = std::move(heard);
  state::wait(state_);
}

void signals::end() {
  state_->over = true;
  boost::system::error_code none;
  state_->set.cancel(none);
}

} // namespace ovhl::loop
