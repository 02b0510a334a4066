#include "publish/icinga.hpp"
#include "samples.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace publish = ovhl::publish;
namespace test = ovhl::publish::test;
using publish::due_state;
using publish::severity;
using publish::status_view;
using std::chrono::days;
using std::chrono::seconds;

namespace {

constexpr ovhl::instant now = test::at(400);

// A fleet in which all is well.
status_view well() {
  auto s = test::starting();
  s.daemon.state = publish::daemon_state::ok;
  s.poll = {2, test::at(300), test::at(302), true, true, 1.9, 14, test::at(600)};
  const auto view = publish::read_status(publish::status_json(s));
  REQUIRE(view.has_value());
  return *view;
}

void find_one(status_view& view, due_state state) {
  auto f = test::missing_one();
  f.state = state;
  view.findings.push_back(f);
}

void hold_one(status_view& view, ovhl::licensing::guard by, due_state state = due_state::held) {
  find_one(view, state);
  view.findings.back().guard = by;
}

void count_one(status_view& view, ovhl::licensing::verdict v) {
  view.verdicts[static_cast<std::size_t>(v)] = 1;
}

void credential_ends(status_view& view, ovhl::instant at) {
  view.accounts.push_back({"main", 0, 0, 0, 0, 0, at, {}});
}

void service_ends(status_view& view, ovhl::day on) {
  view.accounts.push_back({"main", 0, 0, 0, 0, 0, {}, {{"pcc-1", on}}});
}

ovhl::day today() { return std::chrono::floor<days>(now); }

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// Its line up to the performance data.
std::string said(const status_view& view, std::string_view doubt = {}) {
  const std::string line = first_line(publish::icinga_check(view, doubt, now).text);
  return line.substr(0, line.find(" | "));
}

} // namespace

TEST_CASE("each problem has its severity") {
  using ovhl::licensing::guard;
  using ovhl::licensing::verdict;
  struct row {
    const char* what;
    severity how;
    std::function<void(status_view&)> change;
  };
  const std::vector<row> table{
      {"all is well", severity::ok, [](auto&) {}},
      {"reported", severity::ok, [](auto& v) { find_one(v, due_state::reported); }},
      {"held by nobody knows what", severity::warning,
       [](auto& v) { find_one(v, due_state::held); }},
      {"confirm_polls", severity::ok,
       [](auto& v) { hold_one(v, guard::confirm_polls, due_state::confirming); }},
      {"grace", severity::ok, [](auto& v) { hold_one(v, guard::grace); }},
      {"max_sets_per_poll", severity::ok, [](auto& v) { hold_one(v, guard::max_sets_per_poll); }},
      {"max_removals_per_poll", severity::ok,
       [](auto& v) { hold_one(v, guard::max_removals_per_poll); }},
      {"max_set_share", severity::warning, [](auto& v) { hold_one(v, guard::max_set_share); }},
      {"max_removal_share", severity::warning,
       [](auto& v) { hold_one(v, guard::max_removal_share); }},
      {"retry_after", severity::ok, [](auto& v) { hold_one(v, guard::retry_after); }},
      {"windows", severity::ok, [](auto& v) { hold_one(v, guard::windows); }},
      {"incomplete_list", severity::warning, [](auto& v) { hold_one(v, guard::incomplete_list); }},
      {"ledger", severity::warning, [](auto& v) { hold_one(v, guard::ledger); }},
      {"spla", severity::warning, [](auto& v) { hold_one(v, guard::spla); }},
      {"task", severity::ok, [](auto& v) { hold_one(v, guard::task); }},
      {"failed, and its pause", severity::warning,
       [](auto& v) { hold_one(v, guard::retry_after, due_state::failed); }},
      {"failed", severity::warning, [](auto& v) { find_one(v, due_state::failed); }},
      {"confirming", severity::ok, [](auto& v) { find_one(v, due_state::confirming); }},
      {"running", severity::ok, [](auto& v) { find_one(v, due_state::running); }},
      {"done", severity::ok, [](auto& v) { find_one(v, due_state::done); }},
      {"review", severity::warning, [](auto& v) { count_one(v, verdict::review); }},
      {"mismatch", severity::warning, [](auto& v) { count_one(v, verdict::mismatch); }},
      {"exempt", severity::ok, [](auto& v) { count_one(v, verdict::exempt); }},
      {"incomplete", severity::warning, [](auto& v) { v.poll.complete = false; }},
      {"failing", severity::critical,
       [](auto& v) { v.daemon.state = publish::daemon_state::failing; }},
      {"first poll", severity::warning, [](auto& v) { v.poll.finished_at.reset(); }},
      {"reload refused", severity::warning, [](auto& v) { v.policy.last_reload.ok = false; }},
      {"ledger not writable", severity::critical,
       [](auto& v) { v.ledger.problem = "the disk is full"; }},
      {"credential in 30 days and a second", severity::ok,
       [](auto& v) { credential_ends(v, now + days(30) + seconds(1)); }},
      {"credential in 30 days", severity::warning,
       [](auto& v) { credential_ends(v, now + days(30)); }},
      {"credential in a day and a second", severity::warning,
       [](auto& v) { credential_ends(v, now + days(1) + seconds(1)); }},
      {"credential in a day", severity::critical,
       [](auto& v) { credential_ends(v, now + days(1)); }},
      {"credential expired", severity::critical, [](auto& v) { credential_ends(v, now); }},
      {"service in 31 days", severity::ok, [](auto& v) { service_ends(v, today() + days(31)); }},
      {"service in 30 days", severity::warning,
       [](auto& v) { service_ends(v, today() + days(30)); }},
      {"service in 2 days", severity::warning, [](auto& v) { service_ends(v, today() + days(2)); }},
      {"service on the next day", severity::critical,
       [](auto& v) { service_ends(v, today() + days(1)); }},
      {"exemption to the 31st day", severity::ok,
       [](auto& v) { v.exemptions.push_back({"r", "", today() + days(30), 1, false}); }},
      {"exemption to the 30th day", severity::warning,
       [](auto& v) { v.exemptions.push_back({"r", "", today() + days(29), 1, false}); }},
      {"exemption without end", severity::ok,
       [](auto& v) { v.exemptions.push_back({"r", "", {}, 1, false}); }},
      {"exemption expired", severity::warning,
       [](auto& v) { v.exemptions.push_back({"r", "", today() - days(9), 1, true}); }},
  };
  for (const row& r : table) {
    CAPTURE(r.what);
    status_view view = well();
    r.change(view);
    const auto check = publish::icinga_check(view, {}, now);
    CHECK(check.how == r.how);
    CHECK(check.text.starts_with("OVH_LICENSED " + std::string(publish::name(r.how)) + " - "));
  }
  CHECK(publish::icinga_check(well(), "the daemon is gone", now).how == severity::critical);
}

TEST_CASE(
    "where all is well the check says so, with the performance data that graphs are made of") {
  status_view view = well();
  view.vms = 1200;
  view.verdicts[0] = 1200;
  CHECK(publish::icinga_check(view, {}, now).text ==
        "OVH_LICENSED OK - 1,200 VMs, nothing due | vms=1200;;;0 compliant=1200;;;0 missing=0;;;0 "
        "wrong=0;;;0 superfluous=0;;;0 exempt=0;;;0 review=0;;;0 mismatch=0;;;0 managed=0;;;0 "
        "due=0;;;0 held=0;;;0 failed=0;;;0 poll_age=98s;;;0\n");
  find_one(view, due_state::running);
  CHECK(said(view) == "OVH_LICENSED OK - 1,200 VMs, 1 correction under way");
}

TEST_CASE("what waits without needing anybody is counted, with what it waits for") {
  using ovhl::licensing::guard;
  status_view view = well();
  hold_one(view, guard::windows);
  CHECK(said(view) == "OVH_LICENSED OK - 0 VMs, 1 correction waits (windows)");
  hold_one(view, guard::windows);
  hold_one(view, guard::confirm_polls, due_state::confirming);
  find_one(view, due_state::running);
  CHECK(said(view) ==
        "OVH_LICENSED OK - 0 VMs, 1 correction under way, 3 corrections wait (confirm_polls, "
        "windows)");
}

TEST_CASE("what the mode only reports is counted, and a warning where somebody wants it to be") {
  status_view view = well();
  find_one(view, due_state::reported);
  find_one(view, due_state::reported);
  CHECK(said(view) == "OVH_LICENSED OK - 0 VMs, 2 corrections due (mode report: not applied)");
  find_one(view, due_state::running);
  view.policy.mode = ovhl::licensing::mode::declare;
  CHECK(said(view) == "OVH_LICENSED OK - 0 VMs, 1 correction under way, 2 corrections due (mode "
                      "declare: not applied)");
  const auto strict = publish::icinga_check(view, {}, now, publish::strictness::strict);
  CHECK(strict.how == severity::warning);
  CHECK(strict.text.starts_with("OVH_LICENSED WARNING - 2 corrections due (mode declare: not "
                                "applied): ovh-licensed plan; 0 VMs | "));
  view.policy.mode = ovhl::licensing::mode::enforce; // a rule may be behind the policy
  CHECK(said(view).ends_with(", 2 corrections due (a rule's mode: not applied)"));
}

TEST_CASE("what is due while config.yaml has corrections: off is said to be left by that") {
  status_view view = well();
  view.daemon.corrections = false;
  find_one(view, due_state::reported);
  CHECK(said(view) == "OVH_LICENSED OK - 0 VMs, 1 correction due (corrections: off in config.yaml: "
                      "not applied)");
  CHECK(publish::icinga_check(view, {}, now, publish::strictness::strict)
            .text.starts_with("OVH_LICENSED WARNING - 1 correction due (corrections: off in "
                              "config.yaml: not applied): ovh-licensed plan; 0 VMs | "));
}

TEST_CASE("corrections that wait for a person's apply are fine for an hour") {
  status_view view = well();
  hold_one(view, ovhl::licensing::guard::ledger);
  view.ledger.yielded_to = "apply by alice";
  view.ledger.yielded_since = now - std::chrono::hours(1);
  CHECK(said(view) ==
        "OVH_LICENSED OK - 0 VMs, 1 correction waits (ledger), yielded to apply by alice");
  view.ledger.yielded_since = now - std::chrono::hours(1) - seconds(1);
  CHECK(said(view) ==
        "OVH_LICENSED WARNING - the ledger has been yielded to apply by alice for 1 h 0 min, "
        "so nothing is corrected: ovh-licensed status; 0 VMs");
  view.ledger.yielded_to.reset();
  view.ledger.yielded_since.reset();
  CHECK(said(view) == "OVH_LICENSED WARNING - 1 correction held back by ledger: ovh-licensed "
                      "status; 0 VMs");
}

TEST_CASE("of what needs a person each guard is told with what to do") {
  using ovhl::licensing::guard;
  status_view view = well();
  hold_one(view, guard::max_set_share);
  hold_one(view, guard::max_set_share);
  hold_one(view, guard::spla);
  hold_one(view, guard::windows);
  const std::string text = publish::icinga_check(view, {}, now).text;
  CHECK(text.find("\nWARNING: 2 corrections held back by max_set_share: ovh-licensed plan\n"
                  "WARNING: 1 correction held back by spla: activate Windows licenses on the "
                  "service in the control panel\nweb-1 ") != std::string::npos);
}

TEST_CASE("the worst concern comes first and names what to do, and all of them stand below") {
  const auto view = publish::read_status(publish::status_json(test::full()));
  REQUIRE(view.has_value());
  const std::string text = publish::icinga_check(*view, {}, now).text;
  CHECK(first_line(text).starts_with(
      "OVH_LICENSED CRITICAL - the credentials of account main expire in 23 h 53 min: ovh-licensed "
      "login, then systemctl restart ovh-licensed (and 7 more); 8 VMs | "));
  CHECK(text.substr(text.find('\n') + 1) ==
        "CRITICAL: the credentials of account main expire in 23 h 53 min: ovh-licensed login, then "
        "systemctl restart ovh-licensed\n"
        "WARNING: not everything could be read: account lab: GET /dedicatedCloud: nobody "
        "answered in 30 s\n"
        "WARNING: the last reload was refused, run ovh-licensed check: policy.yaml:3:1: unknown "
        "key 'rule'; did you mean 'rules'?\n"
        "WARNING: 1 correction failed: ovh-licensed status\n"
        "WARNING: 1 VM needs a decision: ovh-licensed explain VM\n"
        "WARNING: 1 VM reports a different guest OS than configured: ovh-licensed explain VM\n"
        "WARNING: the exemption of own licenses ends after 2026-12-01: edit the policy\n"
        "WARNING: the exemption of migration expired after 2026-10-31: edit the policy\n"
        "web-1 (1074): missing, Windows Server 2019 is configured and no license is declared\n"
        "Zürich \"old\" (1076): review, a person must decide\n"
        "mail (21): superfluous, debian12_64Guest must carry no license\n"
        "appliance (22): mismatch, configured as otherLinux64Guest, but Windows Server 2019 runs "
        "in it\n");
}

TEST_CASE("a daemon that is not there to be believed is told before anything else") {
  status_view view = well();
  view.ledger.problem = "the disk is full";
  CHECK(said(view, "the daemon has been stopped") ==
        "OVH_LICENSED CRITICAL - the daemon has been stopped: systemctl status ovh-licensed (and 1 "
        "more); 0 VMs");
}

TEST_CASE("no text from outside begins a new line or the performance data") {
  status_view view = well();
  find_one(view, due_state::failed);
  view.findings[0].name = "a|b\nOVH_LICENSED OK";
  view.policy.last_reload.ok = false;
  view.policy.last_reload.error = "x|y\nz";
  const std::string text = publish::icinga_check(view, {}, now).text;
  CHECK(std::count(text.begin(), text.end(), '|') == 1);
  CHECK(std::count(text.begin(), text.end(), '\n') == 4);
  CHECK(text.find("a/b\\x0aOVH_LICENSED OK (1074)") != std::string::npos);
}

TEST_CASE("of many findings the first five are told") {
  status_view view = well();
  for (int i = 0; i < 7; ++i)
    find_one(view, due_state::reported);
  const std::string text = publish::icinga_check(view, {}, now).text;
  CHECK(std::count(text.begin(), text.end(), '\n') == 1 + 5 + 1);
  CHECK(text.ends_with("\nand 2 more VMs: ovh-licensed status\n"));
}

TEST_CASE("a daemon that never ran is critical, and the file that it would have written is named") {
  const auto check = publish::icinga_never_ran("/run/a|b\n.json");
  CHECK(check.how == severity::critical);
  CHECK(check.text ==
        "OVH_LICENSED CRITICAL - ovh-licensed has not run since the machine was started, there is "
        "no /run/a/b\\x0a.json: systemctl status ovh-licensed\n");
}

TEST_CASE("where there is no status to judge nothing is known") {
  const auto check = publish::icinga_unknown("no file | here");
  CHECK(check.how == severity::unknown);
  CHECK(check.text == "OVH_LICENSED UNKNOWN - no file / here\n");
}

TEST_CASE("A review that is acknowledged is no alert, and is said behind those that are") {
  using ovhl::licensing::verdict;
  auto view = well();
  count_one(view, verdict::review);
  view.vms = 1;
  view.acknowledged = 1;
  auto f = test::missing_one();
  f.verdict = verdict::review;
  f.action = ovhl::licensing::action::none;
  f.state = due_state::none;
  f.acknowledged = true;
  f.reason = "the policy leaves this VM to a person; acknowledged until 2027-06-30: ticket 12";
  view.findings = {f};
  const auto known = publish::icinga_check(view, "", now);
  CHECK(known.how == severity::ok);
  CHECK(first_line(known.text)
            .starts_with("OVH_LICENSED OK - 1 VM, nothing due, 1 review acknowledged | "));
  CHECK(known.text.ends_with("web-1 (1074): review, the policy leaves this VM to a person; "
                             "acknowledged until 2027-06-30: ticket 12\n"));

  view.verdicts[static_cast<std::size_t>(verdict::review)] = 2;
  CHECK(
      first_line(publish::icinga_check(view, "", now).text)
          .starts_with("OVH_LICENSED WARNING - 1 VM needs a decision: ovh-licensed explain VM; "));
}
