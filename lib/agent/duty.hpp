// A duty of the daemon: one coroutine that does one thing for as long as the daemon runs, and
// writes one part of the state. The supervisor starts it, and again after a bug.
#pragma once

#include "agent/event_log.hpp"
#include "agent/problem_reporter.hpp"
#include "agent/state.hpp"
#include "loop/clock.hpp"
#include "loop/interruptible.hpp"
#include "os/log.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>

namespace ovhl::agent {

class duty {
 public:
  virtual ~duty() = default;
  duty(const duty&) = delete;
  duty& operator=(const duty&) = delete;

  virtual std::string name() const = 0;
  // Returns after stop(), or where there is nothing to do. `went_well` is called after each round
  // without a bug. After an exception it is run again.
  virtual boost::asio::awaitable<void> run(std::function<void()> went_well) = 0;
  virtual void stop() = 0;

 protected:
  duty() = default;
};

// A duty that may be cut off at any await.
class interruptible_duty : public duty {
 public:
  boost::asio::awaitable<void> run(std::function<void()> went_well) final;
  void stop() final;

 private:
  virtual boost::asio::awaitable<void> work(std::function<void()> went_well) = 0;

  loop::interruptible work_;
  bool stopping_ = false;
};

// What duties share.
struct duty_context {
  duty_context(boost::asio::any_io_executor, loop::clock&, const os::log&, agent::state&);
  duty_context(const duty_context&) = delete;
  duty_context& operator=(const duty_context&) = delete;

  boost::asio::any_io_executor executor;
  loop::clock& clock;
  const os::log& log;
  const agent::state& now;
  event_log events;
  problem_reporter problems; // writes its part of the state
};

} // namespace ovhl::agent
