#include "agent/standing.hpp"

#include "ovh/api/auth.hpp"
#include "ovh/api/services.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

namespace ovhl::agent {

using boost::asio::awaitable;

awaitable<void> standing_facts::ask(const accounts::entry& account,
                                    std::vector<std::string> services, loop::steady_point deadline,
                                    std::vector<error>& failed) {
  facts& known = by_account_[account.setup.account.name];
  if (std::holds_alternative<ovh::application_credentials>(account.setup.credentials)) {
    auto credential = co_await ovh::get_current_credential(*account.client, deadline);
    if (credential)
      known.credential_expiry = credential->expiration;
    else
      failed.push_back(credential.error());
  } else {
    known.credential_expiry.reset(); // nobody can ask when others end
  }
  std::erase_if(known.service_expiry, [&](const auto& old) {
    return std::find(services.begin(), services.end(), old.first) == services.end();
  });
  for (const std::string& service : services) {
    const auto term = co_await ovh::get_term(*account.client, service, deadline);
    if (term)
      known.service_expiry[service] = {term->end, term->automatic};
    else
      failed.push_back(term.error());
  }
}

awaitable<std::vector<error>> standing_facts::refresh(const accounts& with,
                                                      const licensing::inventory& seen,
                                                      loop::clock& clock,
                                                      loop::steady_point deadline) {
  std::map<std::string, std::set<std::string>> services;
  for (const licensing::datacenter& dc : seen.datacenters)
    services[dc.where.account].insert(dc.where.service);

  outdated_ = false;
  std::vector<error> failed;
  for (const accounts::entry& account : with.list()) {
    const auto& names = services[account.setup.account.name];
    std::vector<std::string> asked(names.begin(), names.end());
    co_await ask(account, std::move(asked), deadline, failed);
  }
  if (!outdated_)
    next_ = clock.now() + (failed.empty() ? std::chrono::hours(12) : std::chrono::hours(1));
  co_return failed;
}

std::vector<publish::account_row> standing_facts::lines(const accounts& with) const {
  std::vector<publish::account_row> all;
  all.reserve(with.list().size());
  for (const accounts::entry& account : with.list()) {
    const ovh::counters& counted = account.client->counted();
    publish::account_row line;
    line.account = account.setup.account.name;
    line.answered_2xx = counted.answered_2xx;
    line.answered_4xx = counted.answered_4xx;
    line.answered_5xx = counted.answered_5xx;
    line.failed = counted.failed;
    line.throttled = counted.throttled;
    if (const auto known = by_account_.find(line.account); known != by_account_.end()) {
      line.credential_expiry = known->second.credential_expiry;
      line.service_expiry = known->second.service_expiry;
    }
    all.push_back(std::move(line));
  }
  return all;
}

} // namespace ovhl::agent
