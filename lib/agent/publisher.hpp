// The duty that publishes the state: the status file, if configured the Prometheus file, and the
// line of `systemctl status`.
#pragma once

#include "agent/accounts.hpp"
#include "agent/actuator.hpp"
#include "agent/duty.hpp"
#include "agent/ledger_access.hpp"
#include "loop/wait_queue.hpp"

#include <chrono>

namespace ovhl::agent {

class publisher final : public interruptible_duty {
 public:
  struct sources { // they are read right before publishing
    const accounts& clients;
    const ledger_access& ledger;
    const actuator& act;
  };
  publisher(duty_context& with, sources from, measurements& mine)
      : with_(with), from_(from), mine_(mine) {}
  std::string name() const override { return "publishing"; }

  // Publishes at once. A file that cannot be written is reported as a problem.
  void publish();
  // Publishes several changes together: see pause_before_writing().
  void publish_soon();
  void tell_systemd();
  // Reports problems of the ledger and of corrections; publish() does it, too.
  void report_problems();

 private:
  boost::asio::awaitable<void> work(std::function<void()> went_well) override;
  void measure();
  void write();

  duty_context& with_;
  sources from_;
  measurements& mine_;
  bool soon_ = false;
  loop::wait_queue asked_;
  loop::steady_point written_{}; // last
  std::chrono::nanoseconds writing_took_{};
};

} // namespace ovhl::agent
