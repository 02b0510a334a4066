// Plans of fleets of any size, with what people meet: two datacenters, a rule that has a mode of
// its own, and of ten VMs three undeclared, one wrong, one billed for nothing, one undecided.
#pragma once

#include "samples.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>

namespace ovhl::publish::test {

inline plan_row plan_line_of(int i) {
  plan_row c;
  c.where = {"main", i % 4 == 3 ? "pcc-192-0-2-2" : "pcc-192-0-2-1", i % 4 == 3 ? 7 : 12};
  c.vm_id = 1000 + i;
  c.name = fmt::format("app-{:05}.prod", i);
  c.guest_os_family = "windows2019srvNext_64Guest";
  c.mode = licensing::mode::declare;
  c.rule = "guest_os_families 'windows2019srvNext_64Guest'";
  c.after = "windows 2022 Standard";
  c.action = licensing::action::set_license;
  return c;
}

inline plan_row fleet_correction(int i) {
  plan_row c = plan_line_of(i);
  switch (i % 10) {
  case 3:
    c.verdict = licensing::verdict::wrong;
    c.before = "windows 2019 Standard";
    c.reason = "declared 'windows 2019 Standard'; expected 'windows 2022 Standard'";
    break;
  case 4:
    c.verdict = licensing::verdict::superfluous;
    c.action = licensing::action::remove_license;
    c.guest_os_family = "debian11_64Guest";
    c.before = "windows 2019 Standard";
    c.after.reset();
    c.mode = licensing::mode::report;
    c.rule = "guest_os_families '*'";
    c.reason = "debian11_64Guest expects no license, 'windows 2019 Standard' is declared";
    break;
  default:
    c.verdict = licensing::verdict::missing;
    c.reason = "windows2019srvNext_64Guest (Windows Server 2022) expects 'windows 2022 Standard', "
               "none is declared";
  }
  c.allowed = c.verdict == licensing::verdict::missing;
  c.state = c.allowed ? due_state::due : due_state::reported;
  return c;
}

inline finding fleet_undecided(int i) {
  finding f = review_one();
  f.where = plan_line_of(i).where;
  f.vm_id = 1000 + i;
  f.name = fmt::format("desk-{:05}", i);
  f.since = {};
  return f;
}

inline plan_document fleet_plan(int vms) {
  plan_document p = nothing_due();
  p.policy.mode = licensing::mode::declare;
  p.accounts = {{"main", "ovh-eu"}};
  p.datacenters = two_datacenters();
  for (datacenter_row& d : p.datacenters) {
    d.ok = true;
    d.error.reset();
  }
  p.vms = static_cast<std::size_t>(vms);
  p.verdicts = {};
  for (int i = 0; i < vms; ++i) {
    licensing::verdict v = licensing::verdict::compliant;
    if (i % 10 < 5) {
      p.corrections.push_back(fleet_correction(i));
      v = p.corrections.back().verdict;
    } else if (i % 10 == 5) {
      p.findings.push_back(fleet_undecided(i));
      v = licensing::verdict::review;
    }
    ++p.verdicts[static_cast<std::size_t>(v)];
  }
  return p;
}

// Much is wrong in it, in many ways: any of 40 licenses is declared on each of nine guest OSes.
inline plan_document mixed_plan() {
  constexpr std::array guests{"windows2019srv_64Guest",
                              "windows2019srvNext_64Guest",
                              "windows2022srvNext_64Guest",
                              "windows9Server64Guest",
                              "debian11_64Guest",
                              "ubuntu64Guest",
                              "rhel8_64Guest",
                              "centos7_64Guest",
                              "windows8Server64Guest",
                              "windows9_64Guest"};
  plan_document p = fleet_plan(0);
  p.policy.mode = licensing::mode::enforce;
  p.vms = 1000;
  for (int i = 0; i < 1000; ++i) {
    const std::size_t kind = static_cast<std::size_t>(i) % guests.size();
    const std::string license = fmt::format("windows license {:02}", i / 10 % 40);
    plan_row c = plan_line_of(i);
    c.guest_os_family = guests[kind];
    c.mode = licensing::mode::enforce;
    c.allowed = true;
    c.state = due_state::due;
    const bool windows = kind < 4;
    c.verdict = kind == 3 ? licensing::verdict::missing
                : windows ? licensing::verdict::wrong
                          : licensing::verdict::superfluous;
    if (kind >= 8) {
      finding f = fleet_undecided(i);
      f.guest_os_family = guests[kind];
      f.license = license;
      f.reason =
          fmt::format("the policy leaves {} to a person; '{}' is declared", guests[kind], license);
      p.findings.push_back(f);
      ++p.verdicts[static_cast<std::size_t>(licensing::verdict::review)];
      continue;
    }
    c.rule =
        windows ? fmt::format("guest_os_families '{}'", guests[kind]) : "guest_os_families '*'";
    if (c.verdict != licensing::verdict::missing) c.before = license;
    if (windows) {
      c.after = fmt::format("windows {} Standard", 2016 + 3 * kind);
      c.reason = c.before
                     ? fmt::format("declared '{}', expected '{}'", license, *c.after)
                     : fmt::format("{} expects '{}', none is declared", guests[kind], *c.after);
    } else {
      c.action = licensing::action::remove_license;
      c.after.reset();
      c.reason = fmt::format("{} expects no license, '{}' is declared", guests[kind], license);
    }
    ++p.verdicts[static_cast<std::size_t>(c.verdict)];
    p.corrections.push_back(std::move(c));
  }
  return p;
}

} // namespace ovhl::publish::test
