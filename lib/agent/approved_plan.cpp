#include "agent/approved_plan.hpp"

#include "base/duration.hpp"
#include "publish/plan_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace ovhl::agent {

namespace {

using licensing::correction;

std::string shown(const std::optional<std::string>& value) { return value.value_or("none"); }

error unfit(std::string message) {
  error e;
  e.where = "the plan";
  e.message = std::move(message);
  e.advice = "make a new one with `ovh-licensed plan --out`";
  return e;
}

// What has changed since, as part of a sentence; empty if nothing.
std::string difference(const publish::plan_row& planned, const correction& now) {
  const auto changed = [](const char* what, const std::string& then, const std::string& is) {
    return fmt::format("{} was {} in the plan and is now {}", what, then, is);
  };
  if (planned.action != now.action)
    return changed("the correction due", std::string(name(planned.action)),
                   std::string(name(now.action)));
  if (planned.name != now.name) return changed("its name", planned.name, now.name);
  if (planned.before != now.from)
    return changed("its license", shown(planned.before), shown(now.from));
  if (planned.after != now.to)
    return changed("the license to set", shown(planned.after), shown(now.to));
  if (planned.guest_os_family != now.guest_os_family)
    return changed("its guest OS", shown(planned.guest_os_family), shown(now.guest_os_family));
  if (planned.reported_guest_os_family != now.reported_guest_os_family)
    return changed("its reported guest OS", shown(planned.reported_guest_os_family),
                   shown(now.reported_guest_os_family));
  if (planned.bypass != now.bypass)
    return changed("the bypass of the guest OS family check", planned.bypass ? "on" : "off",
                   now.bypass ? "on" : "off");
  if (planned.rule != now.rule)
    return changed("the rule it comes from", planned.rule.empty() ? "none" : planned.rule,
                   now.rule.empty() ? "none" : now.rule);
  return {};
}

publish::apply_row dropped(const publish::plan_row& planned, std::string why) {
  publish::apply_row row;
  static_cast<publish::plan_row&>(row) = planned;
  row.current.words = "dropped: " + why;
  row.end.emplace().how = licensing::outcome::dropped;
  row.end->message = std::move(why);
  return row;
}

publish::apply_row not_seen(const publish::plan_row& planned) {
  publish::apply_row row;
  static_cast<publish::plan_row&>(row) = planned;
  row.current.state = licensing::due_state::held;
  row.current.by = licensing::guard::incomplete_list;
  row.current.words = "its datacenter could not be read";
  return row;
}

bool is_known(const licensing::place& where, const licensing::inventory& seen) {
  const auto found = std::ranges::find(seen.datacenters, where, &licensing::datacenter::where);
  return found == seen.datacenters.end() ? !seen.hidden(where) : found->complete;
}

} // namespace

result<void> made_for(const publish::approved_plan& plan, const setup& here) {
  if (plan.policy_sha256 != here.policy->sha256)
    return unfit(
        fmt::format("the policy {} has changed since it was made", here.policy->path.string()));
  for (const publish::plan_document::account& a : plan.accounts) {
    const auto same = [&](const account_setup& s) { return s.account.name == a.name; };
    const auto found = std::find_if(here.accounts.begin(), here.accounts.end(), same);
    if (found == here.accounts.end())
      return unfit(fmt::format("it was made for account {}, which is not configured", a.name));
    if (found->account.endpoint != a.endpoint)
      return unfit(fmt::format("account {} used {} when it was made and now uses {}", a.name,
                               a.endpoint, found->account.endpoint));
  }
  return {};
}

result<void> in_time(const publish::approved_plan& plan, instant now, bool old) {
  constexpr std::chrono::minutes clocks_differ(5);
  const auto age = now - plan.made_at;
  if (-age > clocks_differ) {
    error e = unfit(fmt::format("it was made at {}, which is {} ahead of this machine's clock",
                                timestamp(plan.made_at), rough_duration(-age)));
    e.advice = "correct the clock (timedatectl), or " + e.advice;
    return e;
  }
  if (age <= old_age || old) return {};
  error e =
      unfit(fmt::format("it was made {} ago, at {}", rough_duration(age), timestamp(plan.made_at)));
  e.advice += ", or use --old to apply it anyway";
  return e;
}

std::string age_of(const publish::approved_plan& plan, instant now) {
  const auto age = now - plan.made_at;
  return age < std::chrono::minutes(1)
             ? fmt::format("The plan was made just now, at {}.", timestamp(plan.made_at))
             : fmt::format("The plan was made {} ago, at {}.", rough_duration(age),
                           timestamp(plan.made_at));
}

result<void> not_applied_yet(const publish::approved_plan& plan, const ledger::history& past) {
  const auto found = past.applied_plans().find(plan.seal);
  if (found == past.applied_plans().end()) return {};
  return unfit(fmt::format("it was already applied at {} by {}; a plan can be applied only once",
                           timestamp(found->second.at), words(found->second.by)));
}

still_due compare(const publish::approved_plan& plan, std::vector<correction> due,
                  const licensing::inventory& seen) {
  std::map<licensing::vm_key, correction*> by_vm;
  for (correction& c : due)
    by_vm.emplace(c.which, &c);
  still_due result;
  for (const publish::plan_row& planned : plan.corrections) {
    const auto found = by_vm.find({planned.where, planned.vm_id});
    if (!is_known(planned.where, seen)) {
      result.dropped.push_back(not_seen(planned));
    } else if (found == by_vm.end()) {
      result.dropped.push_back(dropped(planned, "no correction is due any more"));
      result.dropped.back().settled = true;
    } else if (std::string why = difference(planned, *found->second); !why.empty()) {
      result.dropped.push_back(dropped(planned, std::move(why)));
    } else {
      correction& still = result.due.emplace_back(std::move(*found->second));
      still.allowed = still.allowed && planned.allowed; // approved is what would be made
      by_vm.erase(found);                               // a plan has each VM once
    }
  }
  return result;
}

publish::apply_row row_of(const correction& c, licensing::correction_state how) {
  publish::apply_row row;
  row.where = c.which.where;
  row.vm_id = c.which.id;
  row.name = c.name;
  row.guest_os_family = c.guest_os_family;
  row.reported_guest_os_family = c.reported_guest_os_family;
  row.before = c.from;
  row.after = c.to;
  row.verdict = c.verdict;
  row.action = c.action;
  row.bypass = c.bypass;
  row.mode = c.mode;
  row.allowed = c.allowed;
  row.state = how.state;
  row.rule = c.rule;
  row.reason = c.reason;
  row.current = std::move(how);
  return row;
}

} // namespace ovhl::agent
