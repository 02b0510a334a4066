#include "agent/admitter.hpp"

#include "base/duration.hpp"
#include "config/opening.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ovhl::agent {

using licensing::correction;
using licensing::correction_state;
using licensing::guard;

namespace {

constexpr std::chrono::minutes tolerated_clock(5); // difference from OVHcloud's

error problem_of(const std::string& account, std::string message) {
  error e;
  e.kind = failure::refused;
  e.where = "account " + account;
  e.message = "corrections are held: " + std::move(message);
  return e;
}

// Polls may come up to a tenth early; what one poll started must not count against the next.
std::chrono::seconds shortest(std::chrono::seconds interval) { return interval * 9 / 10; }

} // namespace

admitted admitter::admit(const std::shared_ptr<const surveyed>& survey, admission_answers known,
                         const states& under_way) {
  const surveyed& found = *survey;
  licensing::circumstances c;
  c.not_activated = std::move(known.not_activated);
  const std::chrono::seconds interval = shortest(found.by->settings.poll.interval);
  learn_from_ledger(interval);
  const licensing::guards& guards = found.policy().guards;
  c.now = parts_.clock.wall();
  c.steady = parts_.clock.now();
  c.windows = config::opening_at(guards.windows, c.now);
  c.failed = &parts_.ledger.history().failed();
  states busy = under_way;
  add_just_made(found, busy);
  c.under_way = &busy;
  if (const auto& problem = parts_.ledger.problem()) c.ledger_problem = words(*problem);
  c.begun = lately_begun(interval);
  for (const account_client& e : parts_.accounts.list()) {
    const std::string& account = e.setup.account.name;
    auto off = clock_off(e);
    if (const auto unknown = known.no_time.find(account); unknown != known.no_time.end())
      off = unknown->second;
    if (off) {
      known.problems.push_back(problem_of(account, *off));
      c.clock_off.emplace(account, *std::move(off));
    }
    if (auto hold = others_.on(account, c.now)) {
      known.problems.push_back(problem_of(account, hold->words));
      c.other_hands.emplace(account, *std::move(hold));
    }
  }
  problems_ = std::move(known.problems);
  c.person = parts_.person;
  licensing::admission made = licensing::admit(found.due, *found.seen, guards, confirmations_, c);
  confirmations_ = std::move(made.next);
  return {{due_of(survey), std::move(made.each)}, std::move(made.begin)};
}

// ---- what was begun lately ----

void admitter::begun(std::span<const correction> beginning_now) {
  for (const correction& c : beginning_now)
    begun_.push_back({parts_.clock.now(), c.action});
}

void admitter::learn_anew() {
  begun_.clear(); // it is on record
  learned_ = false;
}

// After a restart the counts continue from the ledger, not from 0.
void admitter::learn_from_ledger(std::chrono::seconds interval) {
  if (!parts_.ledger.is_open()) return;
  const ledger::history& past = parts_.ledger.history();
  for (const auto& [account, at] : past.decided())
    others_.forget_before(account, at);
  for (const licensing::sign_of_others& s : past.signs())
    others_.saw(s);
  if (std::exchange(learned_, true)) return;
  const instant now = parts_.clock.wall();
  for (const ledger::begun_correction& b : past.begun()) {
    const std::chrono::seconds age = now - std::min(b.at, now);
    if (age < interval) begun_.push_back({parts_.clock.now() - age, b.action});
  }
}

std::map<licensing::action, licensing::lately_begun>
admitter::lately_begun(std::chrono::seconds interval) {
  const loop::steady_point now = parts_.clock.now();
  std::erase_if(begun_, [&](const beginning& b) { return now - b.at >= interval; });
  std::map<licensing::action, licensing::lately_begun> all;
  for (const beginning& b : begun_) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(b.at + interval - now);
    const auto [at, first] = all.try_emplace(b.action, 0U, parts_.clock.wall() + left);
    ++at->second.number;
    at->second.until = std::min(at->second.until, parts_.clock.wall() + left);
  }
  return all;
}

// ---- what can close between admission and request ----

std::optional<std::string> admitter::clock_off(const account_client& e) const {
  const auto ahead = e.client->clock_difference();
  if (!ahead || std::chrono::abs(*ahead) <= tolerated_clock) return std::nullopt;
  const bool fast = *ahead > std::chrono::seconds(0);
  return fmt::format("this machine's clock is {} {} OVHcloud's; correct it (see timedatectl)",
                     rough_duration(std::chrono::abs(*ahead)), fast ? "ahead of" : "behind");
}

void admitter::saw(licensing::sign_of_others s) {
  const auto ours = made_.find(s.which);
  // Our own recent changes are no sign of others.
  if (ours != made_.end() && s.at - ours->second < std::chrono::hours(1)) return;
  others_.saw(std::move(s));
}

void admitter::made(const licensing::vm_key& which) {
  const instant now = parts_.clock.wall();
  made_[which] = now;
  if (made_.size() > 1000)
    std::erase_if(made_, [&](const auto& e) { return now - e.second > std::chrono::hours(1); });
}

// A survey that began before the end of a correction does not show what it did.
void admitter::add_just_made(const surveyed& found, states& busy) const {
  const auto& all = found.seen->datacenters;
  for (const licensing::due_correction& c : found.due) {
    const auto made = made_.find(c.which);
    if (!c.allowed || made == made_.end()) continue;
    const auto dc = std::ranges::find(all, c.which.where, &licensing::datacenter::where);
    if (dc == all.end() || made->second < dc->observed_at) continue;
    busy.try_emplace(
        c.which,
        correction_state{
            licensing::due_state::held, {}, {}, "corrected while the VMs were being read", {}});
  }
}

std::optional<correction_state> admitter::held(const std::string& account) const {
  const auto& all = parts_.accounts.list();
  const auto here = std::ranges::find_if(
      all, [&](const account_client& e) { return e.setup.account.name == account; });
  if (here != all.end())
    if (auto off = clock_off(*here))
      return correction_state{licensing::due_state::held, guard::clock, {}, *std::move(off), {}};
  if (parts_.person) return std::nullopt; // who runs `apply` has decided
  if (auto hold = others_.on(account, parts_.clock.wall()))
    return correction_state{
        licensing::due_state::held, guard::other_hand, hold->until, std::move(hold->words), {}};
  return std::nullopt;
}

} // namespace ovhl::agent
