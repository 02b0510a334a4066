#include "agent/survey.hpp"

#include <fmt/format.h>

#include <map>
#include <tuple>
#include <utility>

namespace ovhl::agent {

namespace {

// A datacenter seen through two accounts would be counted and corrected twice. It belongs to the
// first account that sees it.
void keep_apart(licensing::inventory& seen, const accounts& with) {
  std::map<std::string, std::string> endpoints; // of the accounts
  for (const account_client& e : with.list())
    endpoints[e.setup.account.name] = e.setup.endpoint.base.text();
  std::map<std::tuple<std::string, std::string, std::int64_t>, std::string> owners;
  for (licensing::datacenter& dc : seen.datacenters) {
    const licensing::place& here = dc.where;
    const auto [owner, first] =
        owners.try_emplace({endpoints[here.account], here.service, here.datacenter}, here.account);
    if (first) continue;
    dc.complete = false;
    error& e = dc.problem.emplace();
    e.where = fmt::format("account {}: {}/{}", here.account, here.service, here.datacenter);
    e.message = fmt::format("account {} also sees it; each service must belong to one account",
                            owner->second);
    e.advice = "name the `services` of each account, so that each service appears once";
  }
}

} // namespace

boost::asio::awaitable<licensing::inventory>
survey(const accounts& with, const config::settings& settings, loop::clock& clock,
       std::function<void(const ovh::progress&)> on_progress) {
  ovh::survey_options options;
  options.listing = listing_of(settings);
  options.deadline = clock.now() + settings.poll.timeout;
  options.on_progress = std::move(on_progress);
  std::vector<ovh::survey_target> targets = with.survey_targets();
  licensing::inventory seen = co_await ovh::survey(std::move(targets), std::move(options));
  keep_apart(seen, with);
  co_return seen;
}

} // namespace ovhl::agent
