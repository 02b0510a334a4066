#include "agent/accounts.hpp"

#include "base/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace ovhl::agent {

namespace {

bool same(const account_setup& a, const account_setup& b) {
  return a.account.name == b.account.name && a.account.endpoint == b.account.endpoint &&
         a.account.oauth2_token_url == b.account.oauth2_token_url &&
         a.account.ca_file == b.account.ca_file && a.ca_sha256 == b.ca_sha256 &&
         a.credentials == b.credentials;
}

bool same(const config::settings::api_limits& a, const config::settings::api_limits& b) {
  return a.requests_per_minute == b.requests_per_minute && a.connections == b.connections &&
         a.timeout == b.timeout; // listing belongs to each survey
}

} // namespace

accounts::accounts(boost::asio::any_io_executor executor, loop::clock& clock, const setup& first)
    : executor_(std::move(executor)), clock_(&clock) {
  adopt(first);
}

accounts::~accounts() = default;

account_client accounts::make(const account_setup& from,
                              const config::settings::api_limits& limits) const {
  ovh::client_options options;
  options.account = from.account.name;
  options.endpoint = from.endpoint;
  options.credentials = from.credentials;
  options.ca_file = from.account.ca_file;
  options.requests_per_minute = limits.requests_per_minute;
  options.connections = limits.connections;
  options.timeout = limits.timeout;
  options.user_agent = fmt::format("ovh-licensed/{}", version());
  return {from, limits, std::make_shared<ovh::client>(executor_, *clock_, std::move(options))};
}

void accounts::adopt(const setup& wanted) {
  std::vector<account_client> next;
  next.reserve(wanted.accounts.size());
  for (const account_setup& want : wanted.accounts) {
    const auto kept = std::find_if(all_.begin(), all_.end(), [&](const account_client& have) {
      return have.client && same(have.setup, want) && same(have.limits, wanted.settings.api);
    });
    if (kept == all_.end()) {
      next.push_back(make(want, wanted.settings.api));
    } else {
      next.push_back(std::move(*kept));
      next.back().setup = want; // its services may have changed
    }
  }
  all_ = std::move(next);
}

std::vector<ovh::survey_target> accounts::survey_targets() const {
  std::vector<ovh::survey_target> all;
  all.reserve(all_.size());
  for (const account_client& e : all_)
    all.push_back({e.client.get(), e.setup.account.services});
  return all;
}

std::shared_ptr<ovh::client> accounts::client_of(const std::string& account) const {
  const auto found = std::ranges::find_if(
      all_, [&](const account_client& e) { return e.setup.account.name == account; });
  return found == all_.end() ? nullptr : found->client;
}

std::uint64_t accounts::requests() const noexcept {
  return std::accumulate(all_.begin(), all_.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const account_client& e) {
                           return sum + e.client->counted().requests();
                         });
}

bool same_survey(const setup& a, const setup& b) {
  return a.settings.api == b.settings.api && a.settings.poll.timeout == b.settings.poll.timeout &&
         std::equal(a.accounts.begin(), a.accounts.end(), b.accounts.begin(), b.accounts.end(),
                    [](const account_setup& x, const account_setup& y) {
                      return x.account == y.account && x.ca_sha256 == y.ca_sha256 &&
                             x.credentials == y.credentials;
                    });
}

bool covers(const setup& wanted, const std::string& account, const std::string& service) {
  return std::any_of(wanted.accounts.begin(), wanted.accounts.end(), [&](const account_setup& a) {
    const auto& services = a.account.services;
    return a.account.name == account &&
           (service.empty() || services.empty() ||
            std::find(services.begin(), services.end(), service) != services.end());
  });
}

ovh::listing listing_of(const config::settings& settings) noexcept {
  switch (settings.api.listing) {
  case config::listing::pages: return ovh::listing::pages;
  case config::listing::each: return ovh::listing::each;
  case config::listing::automatic: break;
  }
  return ovh::listing::automatic;
}

} // namespace ovhl::agent
