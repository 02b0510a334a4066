// Signals that a loop hears, each as a call.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <span>

namespace ovhl::loop {

class signals {
 public:
  // From now on they end nothing and interrupt no system call, such as reading a file.
  signals(boost::asio::any_io_executor, std::span<const int> numbers);
  ~signals();
  signals(signals&&) noexcept = default;
  signals& operator=(signals&&) = delete;

  // Calls back for each, those first that came since the construction. Once.
  void listen(std::function<void(int number)>);
  // None is heard after this, nor after the destruction, which gives them back their effect.
  void end();

 private:
  struct state;
  std::shared_ptr<state> state_;
};

} // namespace ovhl::loop
