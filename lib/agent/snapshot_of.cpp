#include "agent/snapshot_of.hpp"

#include "agent/view.hpp"
#include "base/version.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

namespace ovhl::agent {

namespace {

using publish::daemon_state;

daemon_state how_it_is(const state& s) {
  if (s.stopping) return daemon_state::stopping;
  if (s.polls.failures > 0) return daemon_state::failing;
  if (!s.polls.last.finished_at) return daemon_state::starting;
  const bool records = !s.measured.ledger_problem;
  return s.polls.last.complete && records ? daemon_state::ok : daemon_state::degraded;
}

void add_configuration(publish::snapshot& to, const configuration& c) {
  to.daemon.corrections = c.setup->settings.corrections;
  to.poll_interval = c.setup->settings.poll.interval;
  to.policy.path = c.setup->policy->path.string();
  to.policy.sha256 = c.setup->policy->sha256;
  to.policy.mode = c.setup->policy->policy.mode;
  to.policy.loaded_at = c.loaded_at;
  to.policy.last_reload = c.last_reload;
}

void add_polls(publish::snapshot& to, const polls& p) {
  to.poll = p.last;
  to.last_poll_at = p.finished_at;
  to.last_success_at = p.succeeded_at;
  to.last_partial_at = p.partial_at;
  to.polls_succeeded = p.succeeded;
  to.polls_partial = p.partial;
  to.polls_failed = p.failed;
}

void add_fleet(publish::snapshot& to, const fleet& f) {
  to.datacenters = f.datacenters;
  to.exemptions = f.exemptions;
  to.causes = f.overview.causes();
  to.findings = f.overview.rows();
}

void add_ledger(publish::snapshot& to, const state& s) {
  to.ledger.last_record_at = s.measured.ledger_last_record_at;
  if (s.measured.ledger_problem) to.ledger.problem = words(*s.measured.ledger_problem);
  if (!s.measured.yielded) return;
  to.ledger.yielded_to = s.role.yielded_to;
  to.ledger.yielded_since = s.role.since;
}

} // namespace

publish::snapshot snapshot_of(const state& s) {
  publish::snapshot to;
  to.daemon.version = std::string(version());
  to.daemon.pid = ::getpid();
  to.daemon.started_at = s.started_at;
  to.daemon.state = how_it_is(s);
  add_configuration(to, s.configuration);
  add_polls(to, s.polls);
  add_fleet(to, s.fleet);
  add_ledger(to, s);
  to.accounts = accounts_of(s);
  to.corrections = s.corrections.last_ended;
  to.corrections_ended = s.corrections.ended;
  to.errors = s.problems.last();
  return to;
}

std::vector<publish::account_row> accounts_of(const state& s) {
  std::vector<publish::account_row> all = s.measured.accounts;
  for (publish::account_row& row : all) {
    const auto known = s.accounts.find(row.account);
    if (known == s.accounts.end()) continue;
    row.credential_expiry = known->second.credential_expiry;
    row.service_expiry = known->second.service_expiry;
  }
  return all;
}

std::string status_line(const state& s) {
  if (!s.polls.last.finished_at) return "first poll under way";
  const daemon_state how = how_it_is(s);
  const std::string problems = s.problems.in_one_line();
  const bool yet = how == daemon_state::ok && !problems.empty();
  const std::string yielded = s.measured.yielded ? ", yielded to " + s.role.yielded_to : "";
  const publish::policy_status::reload& last = s.configuration.last_reload;
  std::string line =
      fmt::format("{}{}{}: {}{}{}; {} due; policy mode {}", name(how), yielded, yet ? ", but" : "",
                  problems, problems.empty() ? "" : "; ", summary(s.fleet.datacenters),
                  s.fleet.overview.due(), name(s.configuration.setup->policy->policy.mode));
  if (!last.ok) line += "; the last reload was refused: " + last.error.value_or("");
  return line;
}

} // namespace ovhl::agent
