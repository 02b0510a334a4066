// The duty that polls: surveys, decides, records, lets corrections begin, publishes, and pauses.
#pragma once

#include "agent/accounts.hpp"
#include "agent/actuator.hpp"
#include "agent/correction_tracker.hpp"
#include "agent/duty.hpp"
#include "agent/fleet_keeper.hpp"
#include "agent/poll_timing.hpp"
#include "agent/publisher.hpp"
#include "agent/record_keeper.hpp"
#include "loop/interruptible.hpp"

#include <functional>
#include <string>
#include <utility>

namespace ovhl::agent {

class poller final : public duty {
 public:
  struct parts {
    accounts& clients;
    record_keeper& ledger;
    actuator& act; // while corrections are on
    fleet_keeper& fleet;
    correction_tracker& corrections;
    agent::publisher& publisher;
    std::function<void()> polled; // the verdicts are published
  };
  poller(duty_context& with, parts p, polls& mine)
      : with_(with), parts_(std::move(p)), mine_(mine), timing_(with.clock) {}

  std::string name() const override { return "poll"; }
  boost::asio::awaitable<void> run(std::function<void()> went_well) override;
  void stop() override;

  // Ends the pause. A survey under way counts as that poll.
  void poll_now();
  // Polls at once and drops a survey under way, because it is out of date.
  void poll_anew();
  // Takes over what another process recorded while it had the ledger.
  void ledger_is_back();
  // Opens the ledger if it can be opened, and continues from what is on record.
  boost::asio::awaitable<void> open_ledger();
  // Shows what was seen last, decided by the policy in force.
  void decide_again();

 private:
  boost::asio::awaitable<void> poll();
  boost::asio::awaitable<void> deal_with(licensing::inventory fresh, poll_report);
  actuator& acting() noexcept;
  void plan_next();

  enum class phase { pausing, surveying, settling };
  duty_context& with_;
  parts parts_;
  polls& mine_;
  reporting_actuator only_report_;
  poll_timing timing_;
  loop::interruptible step_;
  phase phase_ = phase::settling;
  bool again_ = true; // the next poll needs no pause
  bool stopping_ = false;
  bool caught_up_ = false; // with what is on record
};

} // namespace ovhl::agent
