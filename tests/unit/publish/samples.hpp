// The snapshots that the tests of this room write down: a fleet with one of everything, and a
// daemon that has just begun.
#pragma once

#include "publish/plan.hpp"
#include "publish/snapshot.hpp"
#include "support/printing.hpp"

#include <chrono>
#include <string_view>

namespace ovhl::publish::test {

// 2026-11-20T21:48:00Z and so many seconds.
constexpr instant at(int seconds = 0) {
  return instant(std::chrono::seconds(1795211280 + seconds));
}

inline snapshot starting() {
  snapshot s;
  s.daemon = {"0.1.0", 4711, daemon_state::starting, at()};
  s.policy = {
      "/etc/ovh-licensed/policy.yaml", "abc123", licensing::mode::report, at(), {at(), true, {}}};
  s.poll_interval = std::chrono::minutes(5);
  return s;
}

inline std::size_t& count(datacenter_row& d, licensing::verdict v) {
  return d.verdicts[static_cast<std::size_t>(v)];
}

inline std::vector<datacenter_row> two_datacenters() {
  using licensing::verdict;
  datacenter_row first;
  first.where = {"main", "pcc-192-0-2-1", 12};
  first.vms = 6;
  first.ok = true;
  first.observed_at = at(302);
  count(first, verdict::compliant) = 3;
  count(first, verdict::missing) = 1;
  count(first, verdict::exempt) = 1;
  count(first, verdict::review) = 1;
  first.licenses = {{"windows 2019 Standard", 2}, {"windows 2022 Standard", 1}};
  datacenter_row second;
  second.where = {"main", "pcc-192-0-2-2", 7};
  second.vms = 2;
  second.error = "GET /dedicatedCloud/pcc-192-0-2-2/datacenter/7/vm: the API failed";
  second.observed_at = at(2);
  count(second, verdict::superfluous) = 1;
  count(second, verdict::mismatch) = 1;
  second.licenses = {{"windows 2019 Standard", 1}};
  return {first, second};
}

inline finding missing_one() {
  finding f;
  f.where = {"main", "pcc-192-0-2-1", 12};
  f.vm_id = 1074;
  f.name = "web-1";
  f.guest_os_family = "windows2019srv_64Guest";
  f.expected = "windows 2019 Standard";
  f.verdict = licensing::verdict::missing;
  f.action = licensing::action::set_license;
  f.state = due_state::reported;
  f.rule = "guest_os_families 'windows2019srv_64Guest'";
  f.reason = "Windows Server 2019 is configured and no license is declared";
  f.since = at(2);
  return f;
}

inline finding exempt_one() {
  finding f;
  f.where = {"main", "pcc-192-0-2-1", 12};
  f.vm_id = 1075;
  f.name = "byol-1";
  f.guest_os_family = "windows2019srv_64Guest";
  f.verdict = licensing::verdict::exempt;
  f.rule = "rule 'own licenses'";
  f.reason = "Volume licensing agreement 1234567";
  f.since = at(2);
  return f;
}

inline finding review_one() {
  finding f;
  f.where = {"main", "pcc-192-0-2-1", 12};
  f.vm_id = 1076;
  f.name = "Zürich \"old\"";
  f.guest_os_family = "winNetStandardGuest";
  f.reported_guest_os_family = "windowsGuest";
  f.verdict = licensing::verdict::review;
  f.rule = "guest_os_families 'win*'";
  f.reason = "a person must decide";
  f.since = at(2);
  return f;
}

inline finding superfluous_one() {
  finding f;
  f.where = {"main", "pcc-192-0-2-2", 7};
  f.vm_id = 21;
  f.name = "mail";
  f.guest_os_family = "debian12_64Guest";
  f.license = "windows 2019 Standard";
  f.expected = "none";
  f.verdict = licensing::verdict::superfluous;
  f.action = licensing::action::remove_license;
  f.state = due_state::failed;
  f.rule = "guest_os_families '*'";
  f.reason = "debian12_64Guest must carry no license";
  f.since = at(2);
  f.task_id = 9;
  f.error = "the task ended with 'error'";
  f.guard = licensing::guard::retry_after;
  f.until = at(1150);
  return f;
}

inline finding mismatch_one() {
  finding f;
  f.where = {"main", "pcc-192-0-2-2", 7};
  f.vm_id = 22;
  f.name = "appliance";
  f.guest_os_family = "otherLinux64Guest";
  f.reported_guest_os_family = "windows2019srv_64Guest";
  f.expected = "none";
  f.verdict = licensing::verdict::mismatch;
  f.rule = "guest_os_families '*'";
  f.reason = "configured as otherLinux64Guest, but Windows Server 2019 runs in it";
  f.since = at(2);
  return f;
}

inline problem_row server_error() {
  error e;
  e.kind = failure::server;
  e.message = "the API failed";
  e.where = "account main: GET /dedicatedCloud/pcc-192-0-2-2/datacenter/7/vm";
  e.advice = "it is asked again at the next poll";
  e.http_status = 502;
  e.query_id = "EU.ext-1.2.3";
  return {at(301), e};
}

inline snapshot full() {
  using namespace std::chrono_literals;
  snapshot s = starting();
  s.daemon.state = daemon_state::degraded;
  s.policy.last_reload = {at(200), false,
                          "policy.yaml:3:1: unknown key 'rule'; did you mean 'rules'?"};
  s.poll = {2, at(300), at(302), true, false, 1.9, 14, at(600)};
  s.last_poll_at = at(302);
  s.last_success_at = at(2);
  s.last_partial_at = at(302);
  s.polls_succeeded = 1;
  s.polls_partial = 1;
  s.datacenters = two_datacenters();
  s.findings = {missing_one(), exempt_one(), review_one(), superfluous_one(), mismatch_one()};

  s.corrections_ended = {{{12, 1, 0, 2}, {3, 4, 5, 6}}};
  s.ledger.last_record_at = at(251);

  correction_row done;
  done.name = "web-9";
  done.at = at(190);
  done.vm_id = 1070;
  done.action = licensing::action::set_license;
  done.to = "windows 2019 Standard";
  done.outcome = licensing::outcome::done;
  done.task_id = 8;
  done.query_id = "EU.ext-8";
  correction_row dropped;
  dropped.name = "db-01";
  dropped.at = at(200);
  dropped.vm_id = 1071;
  dropped.action = licensing::action::set_license;
  dropped.from = "windows 2022 Standard";
  dropped.to = "windows 2019 Standard";
  dropped.outcome = licensing::outcome::dropped;
  dropped.message = "its license is now windows 2019 Standard";
  correction_row failed;
  failed.name = "mail1";
  failed.at = at(250);
  failed.vm_id = 21;
  failed.action = licensing::action::remove_license;
  failed.from = "windows 2019 Standard";
  failed.outcome = licensing::outcome::failed;
  failed.task_id = 9;
  failed.query_id = "EU.ext-9";
  failed.message = "the task ended with 'error'";
  s.corrections = {done, dropped, failed};

  s.exemptions = {
      {"own licenses", "Volume licensing agreement 1234567", day(2026y / 12 / 1), 1, false},
      {"appliances", "licensed by their vendor", {}, 0, false},
      {"migration", "until the move is done", day(2026y / 10 / 31), 2, true}};
  s.errors = {server_error(),
              {at(302),
               {failure::timeout,
                "nobody answered in 30 s",
                "account lab: GET /dedicatedCloud",
                {},
                0,
                {},
                {}}}};

  account_row main{"main", 12, 1,         1,
                   0,      3,  at(86400), {{"pcc-192-0-2-1", {day(2027y / 1 / 31), true}}}};
  account_row lab{"lab", 0, 0, 0, 2, 0, {}, {}};
  s.accounts = {main, lab};
  return s;
}

// The plan that the same fleet would get.
inline plan_document plan() {
  plan_document p;
  p.made_at = at(302);
  p.version = "0.1.0";
  p.policy = {"/etc/ovh-licensed/policy.yaml", "abc123", licensing::mode::report};
  p.accounts = {{"main", "ovh-eu"}, {"lab", "https://api.example/1.0"}};
  p.vms = 8;
  p.datacenters = two_datacenters();
  for (const datacenter_row& d : p.datacenters)
    for (std::size_t v = 0; v < p.verdicts.size(); ++v)
      p.verdicts[v] += d.verdicts[v];
  for (const finding& f : {missing_one(), superfluous_one()}) {
    plan_row c;
    c.where = f.where;
    c.vm_id = f.vm_id;
    c.name = f.name;
    c.guest_os_family = f.guest_os_family;
    c.reported_guest_os_family = f.reported_guest_os_family;
    c.before = f.license;
    if (f.action == licensing::action::set_license) c.after = f.expected;
    c.verdict = f.verdict;
    c.action = f.action;
    c.bypass = f.vm_id == 1074;
    c.allowed = c.vm_id == 1074;
    c.mode = c.allowed ? licensing::mode::declare : licensing::mode::report;
    c.state = c.allowed ? due_state::due : due_state::reported;
    c.rule = f.rule;
    c.reason = f.reason;
    p.corrections.push_back(c);
  }
  p.findings = {exempt_one(), review_one(), mismatch_one()};
  p.errors = {server_error()};
  return p;
}

inline constexpr std::string_view seal_key = "the key of these tests";

// A fleet in which all is well.
inline plan_document nothing_due() {
  plan_document p;
  p.made_at = at();
  p.version = "0.1.0";
  p.policy = {"/etc/ovh-licensed/policy.yaml", "abc123", licensing::mode::enforce};
  p.complete = true;
  datacenter_row d;
  d.where = {"main", "pcc-192-0-2-1", 12};
  d.vms = 1200;
  d.ok = true;
  d.observed_at = at();
  p.datacenters = {d};
  p.vms = d.vms;
  p.verdicts[static_cast<std::size_t>(licensing::verdict::compliant)] = d.vms;
  return p;
}

} // namespace ovhl::publish::test
