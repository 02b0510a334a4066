// The clients of all configured accounts. A reload keeps the client of an account that did not
// change: its connections, its request budget and its counters are worth keeping.
#pragma once

#include "agent/setup.hpp"
#include "loop/clock.hpp"
#include "ovh/client/client.hpp"
#include "ovh/survey/survey.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>
#include <vector>

namespace ovhl::agent {

struct account_client {
  account_setup setup;
  config::settings::api_limits limits;
  std::shared_ptr<ovh::client> client; // a request under way keeps it
};

class accounts {
 public:
  accounts(boost::asio::any_io_executor, loop::clock&, const setup&);
  ~accounts();

  // Takes over what changed and drops clients that are no longer wanted. Call it between two
  // surveys only.
  void adopt(const setup&);

  std::vector<ovh::survey_target> survey_targets() const;
  const std::vector<account_client>& list() const noexcept { return all_; }
  // Null if the account is no longer configured.
  std::shared_ptr<ovh::client> client_of(const std::string& account) const;
  std::uint64_t requests() const noexcept; // made so far, by all of them

 private:
  account_client make(const account_setup&, const config::settings::api_limits&) const;

  boost::asio::any_io_executor executor_;
  loop::clock* clock_;
  std::vector<account_client> all_;
};

// Whether a survey made with one set-up is also valid for the other.
bool same_survey(const setup&, const setup&);

// Whether the set-up has this account and covers this service. An empty service asks about the
// account alone.
bool covers(const setup&, const std::string& account, const std::string& service);

// How VMs are listed according to the settings, as the client names it.
ovh::listing listing_of(const config::settings&) noexcept;

} // namespace ovhl::agent
