// Plans of fleets of any size, with what people meet: two datacenters, a rule that has a mode of
// its own, and of ten VMs three undeclared, one wrong, one billed for nothing, one undecided.
#pragma once

#include "samples.hpp"

#include <fmt/format.h>

#include <string>

namespace ovhl::publish::test {

inline plan_line plan_line_of(int i) {
  plan_line c;
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

inline plan_line fleet_correction(int i) {
  plan_line c = plan_line_of(i);
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
  for (datacenter_line& d : p.datacenters) {
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

} // namespace ovhl::publish::test
