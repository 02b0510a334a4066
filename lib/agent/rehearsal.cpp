#include "agent/rehearsal.hpp"

#include "agent/look.hpp"
#include "base/duration.hpp"
#include "base/glob.hpp"
#include "ovh/percent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

namespace ovhl::agent {

using boost::asio::awaitable;
using grade = remark::grade;

namespace {

// What may be otherwise the next time, or cannot be read, says nothing of the credentials.
remark failed(const error& e) {
  const bool unclear = e.passing() || e.kind == failure::canceled || e.kind == failure::answer;
  return {unclear ? grade::unknown : grade::wrong, words(e)};
}

// The rights that are missing, each with an access rule that gives it and everything like it.
void add_missing(const std::vector<right>& wanted, const std::vector<ovh::access_rule>& rules,
                 std::vector<remark>& out) {
  for (const right& r : wanted)
    if (!granted(rules, r))
      out.push_back(
          {grade::wrong, fmt::format("the consumer key has no right to {} {}; create one "
                                     "with the rule {} /dedicatedCloud{}",
                                     r.method, r.path, r.method, r.method == "GET" ? "*" : "/*")});
}

remark expiry_of(const ovh::credential_facts& facts, instant now) {
  if (!facts.expiration) return {grade::fine, "the consumer key does not expire"};
  const auto left = *facts.expiration - now;
  const std::string when = fmt::format("the consumer key expires at {} (in {})",
                                       timestamp(*facts.expiration), rough_duration(left));
  return {left < std::chrono::days(14) ? grade::warning : grade::fine, when};
}

// What they may do stands in access rules; else in IAM, which only answers to being asked.
bool by_rules(const accounts::entry& account) {
  return std::holds_alternative<ovh::application_credentials>(account.setup.credentials);
}

// The access rules to look at; nothing where there are none, or none that count.
awaitable<std::optional<std::vector<ovh::access_rule>>>
try_credentials(const accounts::entry& account, bool corrections, loop::clock& clock,
                loop::steady_point deadline, std::vector<remark>& out) {
  if (!by_rules(account)) {
    if (corrections)
      out.push_back({grade::warning,
                     "whether IAM allows pccVMware:apiovh:datacenter/vm/setLicense and "
                     "pccVMware:apiovh:datacenter/vm/removeLicense cannot be found out without "
                     "using them"});
    co_return std::nullopt;
  }
  auto facts = co_await ovh::get_current_credential(*account.client, deadline);
  if (!facts) {
    out.push_back(failed(facts.error()));
    co_return std::nullopt;
  }
  if (facts->status != "validated") {
    out.push_back({grade::wrong, fmt::format("the consumer key is {}", facts->status)});
    co_return std::nullopt;
  }
  out.push_back({grade::fine, "the consumer key is valid"});
  out.push_back(expiry_of(*facts, clock.wall()));
  co_return std::move(facts->rules);
}

// Corrections are followed by their tasks.
awaitable<void> try_tasks(const accounts::entry& account, std::string service,
                          loop::steady_point deadline, std::vector<remark>& out) {
  const auto state = ovh::states_under_way().front();
  const auto listed = co_await ovh::list_tasks(*account.client, service, state, deadline);
  if (!listed) out.push_back(failed(listed.error()));
}

awaitable<void> try_service(const accounts::entry& account, std::string service,
                            loop::steady_point deadline, std::vector<remark>& out) {
  const auto facts = co_await ovh::get_service(*account.client, service, deadline);
  if (!facts)
    out.push_back(failed(facts.error()));
  else if (facts->spla)
    out.push_back({grade::fine, fmt::format("{}: Windows licenses are activated", service)});
  else
    out.push_back(
        {grade::warning,
         fmt::format("{}: Windows licenses are not activated (spla is false), so none can "
                     "be declared; activate them in the control panel",
                     service)});
  const auto expiry = co_await ovh::get_expiration(*account.client, service, deadline);
  if (expiry)
    out.push_back({grade::fine, fmt::format("{}: expires on {}", service, date_text(*expiry))});
  else
    out.push_back(failed(expiry.error()));
}

awaitable<std::vector<std::string>>
services_of(const accounts::entry& account, loop::steady_point deadline, std::vector<remark>& out) {
  if (!account.setup.account.services.empty()) co_return account.setup.account.services;
  auto listed = co_await ovh::list_services(*account.client, deadline);
  if (!listed) {
    out.push_back(failed(listed.error()));
    co_return std::vector<std::string>();
  }
  if (listed->empty())
    out.push_back({grade::wrong, "these credentials see no Hosted Private Cloud; allow "
                                 "pccVMware:apiovh:get on the services"});
  co_return std::move(*listed);
}

awaitable<void> try_looking(const accounts::entry& account, std::vector<std::string> services,
                            const config::settings& settings, loop::steady_point deadline,
                            std::vector<remark>& out) {
  ovh::survey_options options;
  options.listing = listing_of(settings);
  options.deadline = deadline;
  std::vector<ovh::subject> subjects{{account.client.get(), std::move(services)}};
  const auto seen = co_await ovh::survey(std::move(subjects), std::move(options));
  for (const licensing::blind_spot& spot : seen.blind_spots)
    out.push_back(failed(spot.problem));
  for (const licensing::datacenter& dc : seen.datacenters) {
    if (dc.problem)
      out.push_back(failed(*dc.problem));
    else
      out.push_back(
          {grade::fine, fmt::format("{}, datacenter {}: {} VMs can be seen", dc.where.service,
                                    dc.where.datacenter, dc.vms.size())});
  }
}

} // namespace

std::vector<right> rights_wanted(const std::vector<std::string>& services, bool named,
                                 bool corrections) {
  std::vector<right> all;
  if (!named) all.push_back({"GET", "/dedicatedCloud"});
  for (const std::string& service : services) {
    const std::string path = "/dedicatedCloud/" + ovh::percent_encoded(service);
    for (const char* rest : {"", "/serviceInfos", "/datacenter", "/datacenter/1/vm",
                             "/datacenter/1/vm/1", "/datacenter/1/vmLicensed"})
      all.push_back({"GET", path + rest});
    if (!corrections) continue;
    for (const char* rest : {"/task", "/task/1"})
      all.push_back({"GET", path + rest});
    for (const char* action : {"setLicense", "removeLicense"})
      all.push_back({"POST", path + "/datacenter/1/vm/1/" + action});
  }
  return all;
}

bool granted(const std::vector<ovh::access_rule>& rules, const right& wanted) {
  return std::any_of(rules.begin(), rules.end(), [&](const ovh::access_rule& rule) {
    return rule.method == wanted.method && glob(rule.path).matches(wanted.path);
  });
}

awaitable<std::vector<account_remarks>> rehearse(const accounts& with,
                                                 const config::settings& settings, bool corrections,
                                                 loop::clock& clock) {
  const loop::steady_point deadline = clock.now() + settings.poll.timeout;
  std::vector<account_remarks> all;
  for (const accounts::entry& account : with.list()) {
    account_remarks& remarks = all.emplace_back();
    remarks.account = account.setup.account.name;
    const auto rules =
        co_await try_credentials(account, corrections, clock, deadline, remarks.list);
    const auto services = co_await services_of(account, deadline, remarks.list);
    const bool named = !account.setup.account.services.empty();
    if (rules) add_missing(rights_wanted(services, named, corrections), *rules, remarks.list);
    for (const std::string& service : services) {
      co_await try_service(account, service, deadline, remarks.list);
      if (corrections && !by_rules(account))
        co_await try_tasks(account, service, deadline, remarks.list);
    }
    if (!services.empty())
      co_await try_looking(account, services, settings, deadline, remarks.list);
  }
  co_return all;
}

} // namespace ovhl::agent
