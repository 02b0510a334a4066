#include "../licensing/alike.hpp"
#include "agent/plan_view.hpp"
#include "agent/view.hpp"
#include "support/printing.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace ovhl;
using licensing::verdict;

namespace {

constexpr instant now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20);

licensing::vm vm(std::int64_t id, std::string_view name, std::string_view guest,
                 std::string_view license) {
  licensing::vm v;
  v.id = id;
  v.name = name;
  v.guest_os_family = guest;
  v.license = license;
  return v;
}

licensing::policy policy() {
  licensing::policy p;
  licensing::expectation windows;
  windows.what = licensing::wanted::license;
  windows.license = "windows 2022 Standard";
  licensing::expectation nothing;
  nothing.what = licensing::wanted::none;
  licensing::rule own;
  own.name = "own licenses";
  own.match.name = {glob("byol-*")};
  own.expect.what = licensing::wanted::keep;
  own.expect.reason = "Volume licensing";
  p.rules = {own};
  p.guest_os_families = {{glob("windows2019srvNext_64Guest"), windows}, {glob("*"), nothing}};
  return p;
}

struct scene {
  licensing::policy rules = policy();
  licensing::inventory seen;
  licensing::decisions decided;

  scene() {
    licensing::datacenter dc;
    dc.where = {"main", "pcc-1", 12};
    dc.observed_at = now;
    dc.complete = true;
    dc.vms = {vm(1, "web-1", "windows2019srvNext_64Guest", "windows 2022 Standard"),
              vm(2, "web-2", "windows2019srvNext_64Guest", {}),
              vm(3, "tux", "debian11_64Guest", "windows 2019 Standard"),
              vm(4, "byol-1", "windows2019srvNext_64Guest", {})};
    dc.vms[2].listed = true; // both sources say so
    dc.vms[2].listed_license = dc.vms[2].license;
    seen.datacenters.push_back(std::move(dc));
    decided = licensing::decide(seen, rules, {}, now);
  }
  // With the policy in this file.
  std::shared_ptr<const agent::surveyed>
  found(config::policy_file file = {}, std::vector<agent::account_setup> accounts = {}) const {
    auto by = std::make_shared<agent::setup>();
    file.policy = rules;
    by->policy = std::make_shared<const config::policy_file>(std::move(file));
    by->accounts = std::move(accounts);
    auto all = std::make_shared<const licensing::inventory>(licensing::copy_of(seen));
    return agent::decide_on(std::move(all), std::move(by), {}, now);
  }
  // What is due, with these states.
  licensing::due_corrections due(const std::vector<licensing::correction_state>& states) const {
    auto all = std::make_shared<const std::vector<licensing::due_correction>>(
        licensing::due(seen, decided, rules));
    return {std::move(all), licensing::testing::kept(states)};
  }
  agent::picture picture() const { return {seen, decided, rules}; }
};

} // namespace

TEST_CASE("a datacenter's line counts verdicts and the licenses declared") {
  const scene s;
  const auto lines = agent::datacenter_rows(s.picture());
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].vms == 4);
  CHECK(lines[0].ok);
  CHECK(lines[0].observed_at == now);
  CHECK(lines[0].verdicts[static_cast<std::size_t>(verdict::compliant)] == 1);
  CHECK(lines[0].verdicts[static_cast<std::size_t>(verdict::missing)] == 1);
  CHECK(lines[0].verdicts[static_cast<std::size_t>(verdict::superfluous)] == 1);
  CHECK(lines[0].verdicts[static_cast<std::size_t>(verdict::exempt)] == 1);
  CHECK(lines[0].licenses == std::map<std::string, std::size_t>{{"windows 2019 Standard", 1},
                                                                {"windows 2022 Standard", 1}});
}

TEST_CASE("findings are the VMs that are not compliant, with how what is due stands") {
  const scene s;
  using licensing::due_state;
  using licensing::guard;
  const auto orders = licensing::due(s.seen, s.decided, s.rules);
  REQUIRE(orders.size() == 2);
  const auto due = s.due(
      {{due_state::reported, {}, {}, "mode 'report' changes nothing", {}},
       {due_state::failed, guard::retry_after, now + std::chrono::hours(1), "it was refused", 9}});
  const auto found = agent::findings(s.picture(), due);
  REQUIRE(found.size() == 3);

  CHECK(found[0].name == "web-2");
  CHECK(found[0].verdict == verdict::missing);
  CHECK(found[0].action == licensing::action::set_license);
  CHECK(found[0].license == std::nullopt);
  CHECK(found[0].expected == "windows 2022 Standard");
  CHECK(found[0].state == due_state::reported);
  CHECK(found[0].guard == std::nullopt);
  CHECK(found[0].error == std::nullopt); // its mode is no error
  CHECK(found[0].since == now);
  CHECK_FALSE(found[0].reason.empty());

  CHECK(found[1].name == "tux");
  CHECK(found[1].verdict == verdict::superfluous);
  CHECK(found[1].action == licensing::action::remove_license);
  CHECK(found[1].license == "windows 2019 Standard");
  CHECK(found[1].expected == "none");
  CHECK(found[1].state == due_state::failed);
  CHECK(found[1].guard == guard::retry_after);
  CHECK(found[1].until == now + std::chrono::hours(1));
  CHECK(found[1].error == "it was refused");
  CHECK(found[1].task_id == 9);

  CHECK(found[2].name == "byol-1");
  CHECK(found[2].verdict == verdict::exempt);
  CHECK(found[2].state == due_state::none);
  CHECK(found[2].rule == "rule 'own licenses'");
}

TEST_CASE("the words of how a correction stands are its error, but for the mode that forbids it") {
  const scene s;
  using enum licensing::due_state;
  const auto error_of = [&](licensing::due_state state, const char* words) {
    const licensing::correction_state how{state, {}, {}, words, {}};
    return agent::findings(s.picture(), s.due({how, how})).front().error.value_or("(none)");
  };
  for (const auto state : {confirming, held, running, failed}) {
    CHECK(error_of(state, "why") == "why");
    CHECK(error_of(state, "") == "(none)");
  }
  CHECK(error_of(reported, "mode 'report' changes nothing") == "(none)");
}

TEST_CASE("a correction that goes on drops what was said of it before") {
  publish::finding f;
  agent::put(f, {licensing::due_state::held, licensing::guard::grace, now, "due since", {}});
  agent::put(f, {licensing::due_state::running, {}, {}, "", 12});
  CHECK(f.state == licensing::due_state::running);
  CHECK(f.guard == std::nullopt);
  CHECK(f.until == std::nullopt);
  CHECK(f.error == std::nullopt);
  CHECK(f.task_id == 12);
}

TEST_CASE("a plan has its corrections as reported, and the accounts by name and endpoint") {
  const scene s;
  config::policy_file file;
  file.path = "policy.yaml";
  file.sha256 = "abc123";
  std::vector<agent::account_setup> accounts(2);
  accounts[0].account.name = "main";
  accounts[0].account.endpoint = "ovh-eu";
  accounts[1].account.name = "lab";
  accounts[1].account.endpoint = "http://127.0.0.1:1/1.0";
  const auto plan = agent::plan_of(*s.found(file, accounts), s.due({{}, {}}));
  CHECK(plan.accounts == std::vector<publish::plan_document::account>{
                             {"main", "ovh-eu"}, {"lab", "http://127.0.0.1:1/1.0"}});
  CHECK(plan.policy.sha256 == "abc123");
  CHECK(plan.findings.size() == 1);
  REQUIRE(plan.corrections.size() == 2);
  const publish::plan_row& set = plan.corrections[0];
  CHECK(set.where == licensing::place{"main", "pcc-1", 12});
  CHECK(set.vm_id == 2);
  CHECK(set.before == std::nullopt);
  CHECK(set.after == "windows 2022 Standard");
  CHECK(set.guest_os_family == "windows2019srvNext_64Guest");
  for (const publish::plan_row& c : plan.corrections)
    CHECK(c.state == licensing::due_state::reported);
  CHECK(plan.corrections[1].action == licensing::action::remove_license);
}

TEST_CASE("a plan tells what apply would make, what a guard holds and what is left") {
  using licensing::due_state;
  using licensing::guard;
  scene s;
  s.rules.mode = licensing::mode::enforce;
  const auto until = now + std::chrono::hours(3);
  const auto plan =
      agent::plan_of(*s.found(), s.due({{due_state::running, {}, {}, "exceeds grace", {}},
                                        {due_state::held, guard::windows, until, "outside", {}}}));
  REQUIRE(plan.corrections.size() == 2);
  CHECK(plan.corrections[0].state == due_state::due);
  CHECK(plan.corrections[0].guard == std::nullopt);
  CHECK(plan.corrections[0].why_held.empty());
  CHECK(plan.corrections[1].state == due_state::held);
  CHECK(plan.corrections[1].allowed); // the guard is weighed again at apply
  CHECK(plan.corrections[1].guard == guard::windows);
  CHECK(plan.corrections[1].until == until);
  CHECK(plan.corrections[1].why_held == "outside");
}

TEST_CASE("corrections carry what somebody needs to carry them out") {
  const scene s;
  const auto orders = licensing::corrections_of(licensing::due(s.seen, s.decided, s.rules), s.seen,
                                                s.decided, s.rules);
  REQUIRE(orders.size() == 2);
  CHECK(orders[0].which == licensing::vm_key{{"main", "pcc-1", 12}, 2});
  CHECK(orders[0].from == std::nullopt);
  CHECK(orders[0].to == "windows 2022 Standard");
  CHECK(orders[0].from_complete_list);
  CHECK(orders[1].from == "windows 2019 Standard");
  CHECK(orders[1].to == std::nullopt);
}

TEST_CASE("a correction from a list that came incomplete is marked as one nobody may make") {
  scene s;
  s.seen.datacenters[0].complete = false;
  s.seen.datacenters[0].carried = true;
  REQUIRE(licensing::due(s.seen, s.decided, s.rules).size() == 2);
  for (const auto& order : licensing::due(s.seen, s.decided, s.rules))
    CHECK_FALSE(order.from_complete_list);
}

TEST_CASE(
    "of a datacenter that never was seen completely nothing is due, whatever is found there") {
  scene s;
  s.seen.datacenters[0].complete = false;
  CHECK(licensing::due(s.seen, s.decided, s.rules).empty());
  const auto found = agent::findings(s.picture(), s.due({}));
  REQUIRE(found.size() == 3);
  CHECK(found[0].verdict == verdict::missing);
  for (const auto& f : found) {
    CHECK(f.action == licensing::action::none);
    CHECK(f.state == licensing::due_state::none);
  }

  const auto plan = agent::plan_of(*s.found(), s.due({}));
  CHECK(plan.corrections.empty());
  CHECK(plan.findings.size() == 3);
  REQUIRE(plan.errors.size() == 1);
  CHECK(words(plan.errors[0].what) ==
        "account main: pcc-1/12: nothing is corrected here: its list of VMs is incomplete");
}

TEST_CASE("what the API puts in a license's place is not counted among the licenses") {
  scene s;
  s.seen.datacenters[0].vms[1].license = "OVHcloud managed";
  s.seen.datacenters[0].vms[3].license = "unknown or unsupported license";
  CHECK(agent::datacenter_rows(s.picture())[0].licenses ==
        std::map<std::string, std::size_t>{{"windows 2019 Standard", 1},
                                           {"windows 2022 Standard", 1}});
}

TEST_CASE("exemptions name their rule, reason and how many VMs they cover") {
  const scene s;
  const auto lines = agent::exemption_rows(s.picture());
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].rule == "rule 'own licenses'");
  CHECK(lines[0].reason == "Volume licensing");
  CHECK(lines[0].until == std::nullopt);
  CHECK(lines[0].vms == 1);
  CHECK_FALSE(lines[0].expired);
}

TEST_CASE("a summary has the verdicts that are there and no others") {
  const scene s;
  const auto lines = agent::datacenter_rows(s.picture());
  CHECK(agent::summary(lines) ==
        "4 VMs in 1 datacenter: 1 compliant, 1 missing, 1 superfluous, 1 exempt");
  CHECK(agent::summary({}) == "no datacenter has been seen");
}

TEST_CASE("problems are those of accounts, services and datacenters") {
  licensing::inventory seen;
  error blind;
  blind.message = "no connection";
  seen.blind_spots.push_back({"main", "", blind});
  licensing::datacenter dc;
  dc.problem = error{};
  dc.problem->message = "3 of 4 VMs came";
  seen.datacenters.push_back(std::move(dc));
  const auto all = agent::problems_of(seen);
  REQUIRE(all.size() == 2);
  CHECK(all[0].message == "no connection");
  CHECK(all[1].message == "3 of 4 VMs came");
}
