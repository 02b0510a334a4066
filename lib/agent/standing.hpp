// Facts that rarely change and are read twice a day instead of at every poll: when credentials and
// services expire.
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
  // Whether it is time to read them (again).
  bool due(loop::steady_point now) const noexcept { return now >= next_; }
  // Call when credentials or services may have changed, even during a refresh.
  void forget() noexcept {
    next_ = {};
    outdated_ = true;
  }
  // The credentials are not those whose expiry is known.
  void forget_credential(const std::string& account) {
    by_account_[account].credential_expiry.reset();
  }

  // Reads them for every account and every service seen; returns what failed. Known facts stay
  // available meanwhile.
  boost::asio::awaitable<std::vector<error>> refresh(const accounts&, const licensing::inventory&,
                                                     loop::clock&, loop::steady_point deadline);

  // The known facts, beside the counters.
  std::vector<publish::account_row> lines(const accounts&) const;

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
