// Decides which corrections may start and which may still be sent.
#include "agent/corrector_job.hpp"
#include "config/opening.hpp"

#include <fmt/format.h>

namespace ovhl::agent {

namespace asio = boost::asio;
using licensing::correction;
using licensing::due_state;
using licensing::standing;

asio::awaitable<licensing::standings> corrector::correct(proposal p) {
  licensing::admission admitted = co_await weigh(p);
  std::vector<correction> chosen;
  chosen.reserve(admitted.begin.size());
  for (const std::size_t i : admitted.begin)
    chosen.push_back(licensing::correction_of(p.due[i], p.seen, p.decided, p.by.policy->policy));
  if (!stopping_) begin(chosen, p.by);
  co_return std::move(admitted.each);
}

asio::awaitable<licensing::admission> corrector::weigh(const proposal& p) {
  if (!stopping_) resume(p.by); // what a bug left unfinished, too
  auto admitted = co_await admitting_.weigh(p, under_way_);
  if (admitted) co_return std::move(*admitted);
  licensing::admission nothing;
  nothing.each = glance(p.due);
  co_return nothing;
}

std::optional<standing> corrector::objection(const job& mine) const {
  const licensing::place& where = mine.which().where;
  const config::policy_file& policy = *in_force_->policy;
  const auto held = [](std::string why, std::optional<licensing::guard> by = {}) {
    return standing{due_state::held, by, {}, std::move(why), {}};
  };
  if (const auto& given = parts_.ledger.yielded())
    return held(words(*given), licensing::guard::ledger);
  if (stopping_) return held("ovh-licensed is stopping");
  if (!in_force_->settings.corrections) return held("corrections have been switched off");
  if (!covers(*in_force_, where.account, where.service))
    return held(
        fmt::format("{} of account {} is no longer configured", where.service, where.account));
  if (!mine.judged_by.empty() && mine.judged_by != policy_) return held("the policy has changed");
  if (!config::opening_at(policy.policy.guards.windows, parts_.clock.wall()).open)
    return held("outside the policy's windows", licensing::guard::windows);
  if (mine.canceled) return held("canceled");
  return admitting_.held(where.account);
}

} // namespace ovhl::agent
