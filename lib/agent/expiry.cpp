#include "agent/expiry.hpp"

#include "agent/snapshot_of.hpp"
#include "ovh/api/auth.hpp"
#include "ovh/api/services.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace ovhl::agent {

using boost::asio::awaitable;

awaitable<void> expiry::run(std::function<void()> went_well) {
  while (!stopping_) {
    if (polled_ && with_.clock.now() >= next_ && with_.now.polls.failures == 0) {
      const bool asked = co_await asking_.run(ask());
      if (!asked) next_ = {};
      went_well();
    }
    polled_ = false;
    while (!polled_ && !stopping_)
      co_await after_poll_.wait(std::chrono::hours(1));
  }
}

void expiry::stop() {
  stopping_ = true;
  asking_.interrupt();
  after_poll_.wake_all();
}

void expiry::polled() {
  polled_ = true;
  after_poll_.wake_all();
}

void expiry::ask_anew() {
  next_ = {};
  asking_.interrupt();
}

awaitable<void> expiry::ask() {
  constexpr std::chrono::seconds longest(30);
  const auto& settings = with_.now.configuration.setup->settings;
  const loop::steady_point deadline =
      with_.clock.now() + std::min<std::chrono::seconds>(settings.poll.timeout, longest);
  auto services = services_seen();
  std::vector<error> failed;
  const std::vector<account_client> all = clients_.list(); // a poll may change the list meanwhile
  for (const account_client& account : all)
    co_await ask(account, std::move(services[account.setup.account.name]), deadline, failed);
  if (asking_.is_interrupted()) co_return;
  next_ = with_.clock.now() + (failed.empty() ? std::chrono::hours(12) : std::chrono::hours(1));
  with_.problems.report("expiry dates", failed);
  log_.report(accounts_of(with_.now), with_.clock.wall());
  publisher_.publish();
}

std::map<std::string, std::vector<std::string>> expiry::services_seen() const {
  std::map<std::string, std::vector<std::string>> all;
  for (const licensing::datacenter& dc : with_.now.fleet.seen->datacenters) {
    std::vector<std::string>& of_account = all[dc.where.account];
    if (std::ranges::find(of_account, dc.where.service) == of_account.end())
      of_account.push_back(dc.where.service);
  }
  for (auto& [account, services] : all)
    std::ranges::sort(services);
  return all;
}

awaitable<void> expiry::ask(const account_client& account, std::vector<std::string> services,
                            loop::steady_point deadline, std::vector<error>& failed) {
  account_facts& known = mine_[account.setup.account.name];
  if (std::holds_alternative<ovh::application_credentials>(account.setup.credentials)) {
    auto credential = co_await ovh::get_current_credential(*account.client, deadline);
    if (credential)
      known.credential_expiry = credential->expiration;
    else
      failed.push_back(credential.error());
  } else {
    known.credential_expiry.reset(); // only a consumer key says when it ends
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

} // namespace ovhl::agent
