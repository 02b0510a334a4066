// The duty that tells systemd that the event loop goes on.
#pragma once

#include "agent/duty.hpp"

namespace ovhl::agent {

class watchdog final : public interruptible_duty {
 public:
  explicit watchdog(duty_context& with) : with_(with) {}
  std::string name() const override { return "watchdog"; }

 private:
  boost::asio::awaitable<void> work(std::function<void()> went_well) override;

  duty_context& with_;
};

} // namespace ovhl::agent
