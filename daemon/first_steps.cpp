#include "first_steps.hpp"

#include "agent/after_login.hpp"
#include "agent/view.hpp"
#include "complaints.hpp"
#include "loop/clock.hpp"
#include "online_check.hpp"
#include "os/terminal.hpp"
#include "publish/fleet_counts.hpp"
#include "status_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <vector>

namespace ovhl {

namespace {

using agent::after_login;
using grade = agent::remark::grade;

after_login::service service_of(const config::settings& settings) {
  using service = after_login::service;
  if (no_status_file(settings)) return service::never_started;
  const auto status = read_status_file(settings);
  if (!status) {
    std::fflush(stdout);
    say(fmt::format("note: cannot tell whether the service is running: {}\n",
                    words(status.error())));
    return service::not_known;
  }
  switch (liveness_of(status->seen, loop::real_clock().wall())) {
  case liveness::stopped:
  case liveness::gone: return service::down;
  case liveness::runs:
  case liveness::hangs: break;
  }
  return service::up;
}

// With the files as they are now, which the next start reads. Another account may have a key that
// corrects.
after_login::reach reach_of(const agent::setup& setup, bool key_reads_only) {
  using reach = after_login::reach;
  if (!setup.settings.corrections) return reach::corrections_off;
  if (agent::strongest_mode(setup) == licensing::mode::report) return reach::mode_report;
  const bool alone = setup.settings.accounts.size() == 1;
  return key_reads_only && alone ? reach::key_read_only : reach::corrects;
}

const agent::remark* first_problem(const agent::account_remarks& account) {
  for (const grade how : {grade::wrong, grade::unknown})
    for (const agent::remark& r : account.list)
      if (r.how == how) return &r;
  return nullptr;
}

std::string fleet_text(const agent::setup& setup, const agent::account_remarks& account) {
  const licensing::inventory& seen = account.seen;
  const bool any = std::any_of(seen.datacenters.begin(), seen.datacenters.end(),
                               [](const auto& d) { return d.complete || !d.vms.empty(); });
  const agent::remark* const problem = first_problem(account);
  if (!any)
    return fmt::format("No VM could be read: {}.",
                       problem != nullptr ? problem->text : "the account has no datacenter");
  const licensing::policy& policy = setup.policy->policy;
  const auto decided = licensing::decide(seen, policy, {}, loop::real_clock().wall());
  const auto rows = agent::datacenter_rows({seen, decided, policy});
  return fmt::format("{}{}; nothing was changed.",
                     publish::fleet_in_words(publish::counts_of(rows)),
                     seen.complete() ? "" : "; not everything could be read");
}

} // namespace

exit_status take_first_steps(const agent::setup& setup, bool key_reads_only) {
  show("\n");
  std::fflush(stdout); // the survey may take its time
  const auto answers =
      check_online(setup, key_reads_only ? licensing::mode::report : agent::strongest_mode(setup));
  show_remarks(answers);
  const grade found = worst(answers);
  for (const agent::account_remarks& account : answers)
    show_wrapped('\n' + fleet_text(setup, account) + '\n');

  after_login at;
  at.checked = found == grade::fine || found == grade::warning;
  at.may = reach_of(setup, key_reads_only);
  at.stands = service_of(setup.settings);
  show('\n' + agent::next_steps(at, os::detect_terminal(1)));
  if (at.checked) return exit_status::fine;
  std::fflush(stdout);
  say("ovh-licensed: the key was saved, but the check found problems\n");
  return exit_status::incomplete; // something was done: the key is there
}

} // namespace ovhl
