#include "agent/access_check.hpp"

#include "agent/survey.hpp"
#include "base/duration.hpp"
#include "base/url.hpp"
#include "ovh/api/dedicated_cloud.hpp"
#include "ovh/api/rights.hpp"
#include "ovh/api/services.hpp"
#include "publish/expiry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

namespace ovhl::agent {

using boost::asio::awaitable;
using grade = remark::grade;

namespace {

// An error that may not recur, or an answer that cannot be read, says nothing about the
// credentials.
remark failed(const error& e) {
  const bool unclear = e.passing() || e.kind == failure::canceled || e.kind == failure::answer;
  return {unclear ? grade::unknown : grade::wrong, words(e)};
}

// The missing rights, each with the narrowest access rule that grants it.
void add_missing(const std::vector<ovh::right>& wanted, const std::vector<ovh::access_rule>& rules,
                 std::vector<remark>& out) {
  for (const ovh::right& r : wanted)
    if (!ovh::granted(rules, r.method, r.path))
      out.push_back(
          {grade::wrong, fmt::format("the consumer key has no right to {} ({}); run 'ovh-licensed "
                                     "login' again, or create a key with this access rule",
                                     ovh::rule_text(r.method, r.path), r.what_for)});
}

remark expiry_of(const ovh::credential_facts& facts, instant now) {
  if (!facts.expiration) return {grade::fine, "the consumer key does not expire"};
  const auto left = *facts.expiration - now;
  if (left <= std::chrono::seconds(0))
    return {grade::wrong,
            fmt::format("the consumer key expired at {}; run 'ovh-licensed login' again",
                        timestamp(*facts.expiration))};
  std::string when = fmt::format("the consumer key expires at {} (in {})",
                                 timestamp(*facts.expiration), rough_duration(left));
  if (left >= publish::soon_is) return {grade::fine, std::move(when)};
  return {grade::warning, when + "; run 'ovh-licensed login' again before then"};
}

// Access rules list what these credentials may do; with IAM the only way to know is to try.
bool by_rules(const account_client& account) {
  return std::holds_alternative<ovh::application_credentials>(account.setup.credentials);
}

// The access rules to check; null if there are none, or if the key is not valid.
awaitable<std::optional<std::vector<ovh::access_rule>>>
try_credentials(const account_client& account, licensing::mode mode, loop::clock& clock,
                loop::steady_point deadline, std::vector<remark>& out) {
  if (!by_rules(account)) {
    constexpr const char* set = "pccVMware:apiovh:datacenter/vm/setLicense";
    if (mode == licensing::mode::declare)
      out.push_back({grade::warning,
                     fmt::format("whether IAM allows {} cannot be checked without using it", set)});
    if (mode == licensing::mode::enforce)
      out.push_back(
          {grade::warning,
           fmt::format(
               "whether IAM allows {} and "
               "pccVMware:apiovh:datacenter/vm/removeLicense cannot be checked without using them",
               set)});
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

// The check of one account.
struct account_check {
  const account_client& account;
  loop::steady_point deadline;
  std::vector<remark>& out;
  std::optional<std::vector<ovh::access_rule>> rules; // of a consumer key

  // False: the rules do not grant this right, which has been reported already.
  bool may(std::string_view service, std::string_view rest = {}) const {
    const std::string path = fmt::format("/dedicatedCloud/{}{}", percent_encoded(service), rest);
    return !rules || ovh::granted(*rules, "GET", path);
  }
};

void add_spla(const std::string& service, const ovh::service_facts& facts,
              std::vector<remark>& out) {
  if (facts.spla)
    out.push_back({grade::fine, fmt::format("{}: Windows licenses are activated", service)});
  else
    out.push_back(
        {grade::warning,
         fmt::format("{}: Windows licenses are not activated (spla is false), so none can "
                     "be declared; activate them in the control panel",
                     service)});
}

awaitable<void> try_service(account_check& t, std::string service, bool corrections) {
  ovh::client& api = *t.account.client;
  if (t.may(service)) {
    const auto facts = co_await ovh::get_service(api, service, t.deadline);
    if (facts)
      add_spla(service, *facts, t.out);
    else
      t.out.push_back(failed(facts.error()));
  }
  if (t.may(service, "/serviceInfos")) {
    const auto term = co_await ovh::get_term(api, service, t.deadline);
    if (term)
      t.out.push_back(
          {grade::fine, fmt::format("{}: expires on {}{}", service, date_text(term->end),
                                    term->automatic ? ", and renews itself" : "")});
    else
      t.out.push_back(failed(term.error()));
  }
  if (corrections && t.may(service, "/task")) { // a correction is followed by its task
    const auto state = licensing::task_state::names_under_way().front();
    const auto listed = co_await ovh::list_tasks(api, service, state, t.deadline);
    if (!listed) t.out.push_back(failed(listed.error()));
  }
}

awaitable<std::vector<std::string>> services_of(const account_check& t) {
  if (!t.account.setup.account.services.empty()) co_return t.account.setup.account.services;
  if (t.rules && !ovh::granted(*t.rules, "GET", "/dedicatedCloud"))
    co_return std::vector<std::string>(); // the missing right has been reported
  auto listed = co_await ovh::list_services(*t.account.client, t.deadline);
  if (!listed) {
    t.out.push_back(failed(listed.error()));
    co_return std::vector<std::string>();
  }
  if (listed->empty())
    t.out.push_back({grade::wrong, t.rules ? "this account has no Hosted Private Cloud"
                                           : "these credentials see no Hosted Private Cloud; allow "
                                             "pccVMware:apiovh:get on the services"});
  co_return std::move(*listed);
}

// A survey ends at the first missing right; the others must be reported, too.
awaitable<void> add_all_that_failed(account_check& t, licensing::place where, const error& first) {
  std::vector<error> all;
  if (first.http_status == 403)
    all = co_await ovh::try_lists(*t.account.client, std::move(where), t.deadline);
  if (all.empty()) all.push_back(first);
  for (const error& e : all)
    t.out.push_back(failed(e));
}

awaitable<licensing::inventory> try_survey(account_check& t, std::vector<std::string> services,
                                           const config::settings& settings) {
  std::erase_if(services, [&](const std::string& s) {
    return !t.may(s, "/datacenter") || !t.may(s, "/datacenter/1/vm") ||
           !t.may(s, "/datacenter/1/vmLicensed");
  });
  if (services.empty()) co_return licensing::inventory();
  ovh::survey_options options;
  options.listing = listing_of(settings);
  options.deadline = t.deadline;
  std::vector<ovh::survey_target> targets{{t.account.client.get(), std::move(services)}};
  auto seen = co_await ovh::survey(std::move(targets), std::move(options));
  for (const licensing::blind_spot& spot : seen.blind_spots)
    t.out.push_back(failed(spot.problem));
  for (const licensing::datacenter& dc : seen.datacenters) {
    if (dc.problem)
      co_await add_all_that_failed(t, dc.where, *dc.problem);
    else
      t.out.push_back(
          {grade::fine, fmt::format("{}, datacenter {}: {} VMs can be seen", dc.where.service,
                                    dc.where.datacenter, dc.vms.size())});
  }
  co_return seen;
}

} // namespace

awaitable<std::vector<account_remarks>> check_access(const accounts& with,
                                                     const config::settings& settings,
                                                     licensing::mode mode, loop::clock& clock) {
  const loop::steady_point deadline = clock.now() + settings.poll.timeout;
  std::vector<account_remarks> all;
  for (const account_client& account : with.list()) {
    account_remarks& remarks = all.emplace_back();
    remarks.account = account.setup.account.name;
    account_check t{account, deadline, remarks.list, std::nullopt};
    t.rules = co_await try_credentials(account, mode, clock, deadline, remarks.list);
    const bool named = !account.setup.account.services.empty();
    const auto services = co_await services_of(t);
    ovh::intended_use what;
    what.mode = mode;
    if (t.rules) add_missing(ovh::rights_wanted(services, named, what), *t.rules, remarks.list);
    for (const std::string& service : services)
      co_await try_service(t, service, mode != licensing::mode::report);
    remarks.seen = co_await try_survey(t, services, settings);
  }
  co_return all;
}

} // namespace ovhl::agent
