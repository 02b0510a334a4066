// The daemon's side of `apply` beside the running service: the duty that gives the ledger to a
// process that asks for it and takes it back when that process ends. Polling and publishing
// continue meanwhile.
#pragma once

#include "agent/actuator.hpp"
#include "agent/doorbell.hpp"
#include "agent/duty.hpp"
#include "agent/fleet_keeper.hpp"
#include "agent/poller.hpp"
#include "agent/publisher.hpp"
#include "agent/record_keeper.hpp"
#include "config/settings.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

namespace ovhl::agent {

// How long corrections under way may take to end before the ledger is given to the process that
// asks.
std::chrono::seconds patience_when_yielding(const config::settings&) noexcept;

class yielding final : public interruptible_duty {
 public:
  struct parts {
    std::filesystem::path path; // of the ledger
    record_keeper& ledger;
    actuator& act;
    fleet_keeper& fleet;
    agent::poller& poller;
    agent::publisher& publisher;
  };
  yielding(duty_context&, parts, role& mine);
  std::string name() const override { return "yielding"; }

 private:
  boost::asio::awaitable<void> work(std::function<void()> went_well) override;
  boost::asio::awaitable<void> give(std::string whom);
  boost::asio::awaitable<void> patience();
  boost::asio::awaitable<void> hand_over();
  boost::asio::awaitable<void> have_it_again();
  boost::asio::awaitable<void> take_back();
  void show(const std::string& whom);
  void resume();

  duty_context& with_;
  parts parts_;
  role& mine_;
  doorbell bell_;
};

} // namespace ovhl::agent
