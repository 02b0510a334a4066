// The duty that learns when credentials and services expire: twice a day, after a poll, so that its
// questions never delay one.
#pragma once

#include "agent/accounts.hpp"
#include "agent/duty.hpp"
#include "agent/expiry_log.hpp"
#include "agent/publisher.hpp"
#include "loop/interruptible.hpp"
#include "loop/wait_queue.hpp"

#include <map>
#include <string>
#include <vector>

namespace ovhl::agent {

class expiry final : public duty {
 public:
  using facts = std::map<std::string, account_facts>; // by account
  expiry(duty_context& with, const accounts& clients, publisher& to, facts& mine)
      : with_(with), clients_(clients), publisher_(to), mine_(mine), log_(with.log) {}

  std::string name() const override { return "expiry dates"; }
  boost::asio::awaitable<void> run(std::function<void()> went_well) override;
  void stop() override;

  void polled(); // a poll has ended: asks, if it is time to
  // A poll is wanted: interrupts the questions, which are asked again after it.
  void put_off() { asking_.interrupt(); }
  // Credentials or services may have changed.
  void ask_anew();
  void forget_credential(const std::string& account) { mine_[account].credential_expiry.reset(); }
  bool is_asking() const noexcept { return polled_; }

 private:
  boost::asio::awaitable<void> ask();
  boost::asio::awaitable<void> ask(const account_client&, std::vector<std::string> services,
                                   loop::steady_point deadline, std::vector<error>& failed);
  std::map<std::string, std::vector<std::string>> services_seen() const;

  duty_context& with_;
  const accounts& clients_;
  publisher& publisher_;
  facts& mine_;
  expiry_log log_;
  loop::interruptible asking_;
  loop::wait_queue after_poll_;
  bool polled_ = false, stopping_ = false;
  loop::steady_point next_{};
};

} // namespace ovhl::agent
