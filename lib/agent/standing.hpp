// What changes so seldom that it is asked for twice a day and not at every poll: when credentials
// and services expire.
#pragma once

#include "agent/accounts.hpp"
#include "licensing/inventory.hpp"
#include "loop/clock.hpp"
#include "publish/snapshot.hpp"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <string>
#include <vector>

namespace ovhl::agent {

class standing_facts {
 public:
  // Whether it is time to ask (again).
  bool due(loop::steady_point now) const noexcept { return now >= next_; }
  // Credentials or services may have changed, also while they are being asked about.
  void forget() noexcept {
    next_ = {};
    outdated_ = true;
  }
  // Other credentials than those whose end is known.
  void forget_credential(const std::string& account) {
    by_account_[account].credential_expiry.reset();
  }

  // Asks for every account and for every service seen; returns what could not be found out. What is
  // known stays known meanwhile.
  boost::asio::awaitable<std::vector<error>> refresh(const accounts&, const licensing::inventory&,
                                                     loop::clock&, loop::steady_point deadline);

  // Puts what is known beside the counters.
  std::vector<publish::account_line> lines(const accounts&) const;

 private:
  struct facts {
    std::optional<instant> credential_expiry;
    std::map<std::string, publish::service_end> service_expiry;
  };
  boost::asio::awaitable<void> ask(const accounts::entry&, std::vector<std::string> services,
                                   loop::steady_point deadline, std::vector<error>& failed);

  std::map<std::string, facts> by_account_;
  loop::steady_point next_{};
  bool outdated_ = false; // what is being asked
};

} // namespace ovhl::agent
