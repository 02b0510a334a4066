#include "agent/objections.hpp"

#include "config/opening.hpp"

#include <fmt/format.h>

#include <utility>

namespace ovhl::agent {

using licensing::correction_state;

bool objections::adopt(std::shared_ptr<const setup> by) {
  const bool another = in_force_ && in_force_->policy->sha256 != by->policy->sha256;
  in_force_ = std::move(by);
  return another || !in_force_->settings.corrections;
}

std::optional<correction_state> objections::against(const licensing::place& where,
                                                    const std::string& decided_by,
                                                    bool canceled) const {
  const config::policy_file& policy = *in_force_->policy;
  const auto held = [](std::string why, std::optional<licensing::guard> by = {}) {
    return correction_state{licensing::due_state::held, by, {}, std::move(why), {}};
  };
  if (const auto& given = ledger_.yielded()) return held(words(*given), licensing::guard::ledger);
  if (stopping_) return held("ovh-licensed is stopping");
  if (!in_force_->settings.corrections) return held("corrections have been switched off");
  if (!covers(*in_force_, where.account, where.service))
    return held(
        fmt::format("{} of account {} is no longer configured", where.service, where.account));
  if (!decided_by.empty() && decided_by != policy.sha256) return held("the policy has changed");
  if (!config::opening_at(policy.policy.guards.windows, clock_.wall()).open)
    return held("outside the policy's windows", licensing::guard::windows);
  if (canceled) return held("canceled");
  return guards_.held(where.account);
}

} // namespace ovhl::agent
