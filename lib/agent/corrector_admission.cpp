// Which corrections may begin, and which may still be sent.
#include "agent/corrector_job.hpp"
#include "config/opening.hpp"

#include <fmt/format.h>

namespace ovhl::agent {

namespace asio = boost::asio;
using licensing::correction;
using licensing::standing;

namespace {

constexpr std::chrono::seconds time_to_ask(30); // whether a service can have licenses
constexpr std::chrono::hours believed(1);       // that it can

error not_activated(const licensing::place& where) {
  error e;
  e.kind = failure::refused;
  e.where = fmt::format("account {}: {}", where.account, where.service);
  e.message = "Windows licenses are not activated on this service, none can be set";
  e.advice = "activate them in the OVHcloud control panel";
  return e;
}

} // namespace

asio::awaitable<std::vector<standing>> corrector::correct(proposal p) {
  licensing::admission admitted = co_await weigh(p);
  std::vector<correction> chosen;
  chosen.reserve(admitted.begin.size());
  for (const std::size_t i : admitted.begin)
    chosen.push_back(std::move(p.due[i]));
  if (!stopping_) begin(chosen, p.by);
  co_return std::move(admitted.each);
}

asio::awaitable<licensing::admission> corrector::weigh(const proposal& p) {
  if (!stopping_) resume(p.by); // what a bug left unfinished, too
  licensing::circumstances c;
  const auto policy = p.by.policy;
  c.not_activated = co_await services_without_licenses(p);
  if (p.by.policy != policy) { // reloaded meanwhile: what is due has been judged anew
    licensing::admission nothing;
    nothing.each = glance(p.due);
    co_return nothing;
  }
  const licensing::guards& guards = p.by.policy->policy.guards;
  c.now = parts_.clock.wall();
  c.windows = config::opening_at(guards.windows, c.now);
  c.failed = &parts_.ledger.history().failed();
  c.under_way = &under_way_;
  if (const auto& trouble = parts_.ledger.trouble()) c.ledger_trouble = words(*trouble);
  c.person = parts_.by.person;
  licensing::admission admitted = licensing::admit(p.due, p.seen, guards, confirmations_, c);
  confirmations_ = admitted.next;
  co_return admitted;
}

// Of corrections to be made that set a license: the services where Windows licenses are not
// activated, or where that could not be found out.
asio::awaitable<corrector::obstacles> corrector::services_without_licenses(const proposal& p) {
  std::set<std::pair<std::string, std::string>> asked;
  obstacles found;
  troubles_.clear();
  for (const correction& c : p.due) {
    const licensing::place& where = c.which.where;
    const std::pair key(where.account, where.service);
    if (!c.allowed || c.action != licensing::action::set_license || !asked.insert(key).second)
      continue;
    const auto known = activated_.find(key);
    if (known != activated_.end() && known->second > parts_.clock.now()) continue;
    const auto api = line_to(where);
    if (!api) continue;
    const auto facts =
        co_await ovh::get_service(*api, where.service, parts_.clock.now() + time_to_ask);
    if (facts && facts->spla) {
      activated_[key] = parts_.clock.now() + believed;
      continue;
    }
    troubles_.push_back(facts ? not_activated(where) : facts.error());
    found[key] = facts ? fmt::format("Windows licenses are not activated on {}", where.service)
                       : fmt::format("whether Windows licenses are activated on {} could not be "
                                     "found out: {}",
                                     where.service, words(facts.error()));
  }
  co_return found;
}

std::optional<error> corrector::objection(const job& mine) const {
  error e;
  e.kind = failure::canceled;
  const licensing::place& where = mine.which().where;
  const config::policy_file& policy = *in_force_->policy;
  if (stopping_)
    e.message = "the program stops";
  else if (!in_force_->settings.corrections)
    e.message = "corrections were switched off";
  else if (!covers(*in_force_, where.account, where.service))
    e.message = fmt::format("the configuration no longer has {} of account {}", where.service,
                            where.account);
  else if (!mine.judged_by.empty() && mine.judged_by != policy_)
    e.message = "another policy came into force";
  else if (!config::opening_at(policy.policy.guards.windows, parts_.clock.wall()).open)
    e.message = "outside the policy's windows";
  else
    return std::nullopt;
  return e;
}

} // namespace ovhl::agent
