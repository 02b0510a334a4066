// Keeps the duties going: a bug in one becomes a problem that is shown, and the duty begins again
// after a pause that grows with each bug in a row.
#pragma once

#include "agent/duty.hpp"
#include "loop/interruptible.hpp"
#include "loop/wait_queue.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <list>

namespace ovhl::agent {

// 1 s, 2 s, … up to five minutes.
std::chrono::seconds pause_after_bugs(int in_a_row) noexcept;

class supervisor {
 public:
  // `changed` is called when a bug is reported and when it is over.
  supervisor(duty_context& with, std::function<void()> changed)
      : with_(with), changed_(std::move(changed)) {}

  // Returns once the duty was stopped and has ended.
  boost::asio::awaitable<void> run(duty&);
  void start(duty&); // the same, while others go on
  void stop(duty&);
  void begin_now(duty&); // ends its pause after a bug
  // Returns once every duty has ended.
  boost::asio::awaitable<void> over();

 private:
  struct charge {
    duty& of;
    loop::interruptible pause;
    bool runs = false, stopped = false;
    int bugs = 0; // in a row
  };
  charge& charge_of(duty&);
  void went_well(charge&);
  void show();

  duty_context& with_;
  std::function<void()> changed_;
  std::list<charge> charges_;
  loop::wait_queue ended_;
};

} // namespace ovhl::agent
