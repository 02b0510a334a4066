#include "agent/plan_view.hpp"

#include "base/version.hpp"

#include <fmt/format.h>

#include <utility>

namespace ovhl::agent {

namespace {

// `how`: the state that a person's `apply` would give it.
publish::plan_row row_of(const licensing::correction& order, publish::finding found,
                         const licensing::correction_state& how) {
  using licensing::due_state;
  publish::plan_row row;
  row.where = std::move(found.where);
  row.vm_id = found.vm_id;
  row.name = std::move(found.name);
  row.guest_os_family = std::move(found.guest_os_family);
  row.reported_guest_os_family = std::move(found.reported_guest_os_family);
  row.before = order.from;
  row.after = order.to;
  row.verdict = found.verdict;
  row.action = order.action;
  row.bypass = order.bypass;
  row.mode = order.mode;
  row.allowed = order.allowed;
  row.state = how.state == due_state::running ? due_state::due : how.state;
  if (row.state == due_state::held) {
    row.guard = how.by;
    row.until = how.until;
    row.why_held = how.words;
  }
  row.rule = std::move(found.rule);
  row.reason = std::move(found.reason);
  return row;
}

error left_out(const licensing::place& where) {
  error e;
  e.kind = failure::answer;
  e.where = fmt::format("account {}: {}/{}", where.account, where.service, where.datacenter);
  e.message = "nothing is corrected here: its list of VMs is incomplete";
  return e;
}

} // namespace

publish::plan_document plan_of(const surveyed& found, const licensing::due_corrections& due) {
  const picture pic = found.picture();
  const config::policy_file& policy = *found.by->policy;
  publish::plan_document plan;
  plan.made_at = found.at;
  plan.version = std::string(version());
  plan.policy = {policy.path.string(), policy.sha256, policy.policy.mode};
  for (const account_setup& a : found.by->accounts)
    plan.accounts.push_back({a.account.name, a.account.endpoint});
  plan.complete = pic.seen.complete();
  plan.datacenters = datacenter_rows(pic);
  for (const publish::datacenter_row& dc : plan.datacenters) {
    plan.vms += dc.vms;
    for (std::size_t i = 0; i < plan.verdicts.size(); ++i)
      plan.verdicts[i] += dc.verdicts[i];
  }
  for (error& e : problems_of(pic.seen))
    plan.errors.push_back({found.at, std::move(e)});
  for (const licensing::datacenter& dc : pic.seen.datacenters)
    if (!dc.once_complete() && !dc.vms.empty())
      plan.errors.push_back({found.at, left_out(dc.where)});

  for_each_finding(pic, due, [&](std::size_t i, std::size_t n, const auto* correction) {
    publish::finding f = finding_of(pic, i, n);
    if (correction == nullptr)
      plan.findings.push_back(std::move(f));
    else
      plan.corrections.push_back(
          row_of(licensing::correction_of(correction->due, pic.seen, pic.decided, pic.policy),
                 std::move(f), correction->state));
  });
  return plan;
}

} // namespace ovhl::agent
