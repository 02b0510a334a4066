#include "agent/corrector.hpp"

#include <algorithm>
#include <utility>

namespace ovhl::agent {

namespace asio = boost::asio;
using licensing::correction;
using licensing::correction_state;

namespace {

// The number of corrections at once: polls share the same request budget.
errand_runner::limits limits_by(const config::settings::api_limits& api) {
  constexpr int most = 512;
  const int at_once =
      api.requests_per_minute == 0 ? most : std::clamp(api.requests_per_minute / 10, 1, most);
  return {static_cast<std::size_t>(at_once), 2 * static_cast<std::size_t>(api.connections)};
}

errand::patience patience_with(const config::settings::api_limits& limits) {
  errand::patience p;
  p.settling = 2 * limits.timeout;
  // With a small request budget, polling a task four times a minute is enough at first: the checks
  // of other corrections need requests too.
  if (limits.requests_per_minute > 0)
    p.first_pause = std::clamp<std::chrono::milliseconds>(
        std::chrono::minutes(4) / limits.requests_per_minute, p.first_pause, p.longest_pause);
  return p;
}

// A sign that somebody else corrects the same VMs. The ledger keeps it for the next start.
std::optional<licensing::sign_of_others::kind> sign_in(const correction& what,
                                                       const licensing::note& came) {
  using kind = licensing::sign_of_others::kind;
  if (const auto* const answer = std::get_if<licensing::sent>(&came))
    return is_busy(*answer) ? std::optional(kind::busy) : std::nullopt;
  const auto* const end = std::get_if<licensing::ending>(&came);
  const bool turned = end != nullptr && turned_without_us(what.action, what.to, *end);
  return turned ? std::optional(kind::turned) : std::nullopt;
}

} // namespace

corrector::corrector(parts with)
    : parts_(std::move(with)),
      under_way_([this](const licensing::vm_key& which, const correction_state& now) {
        if (events_.changed) events_.changed(which, now);
      }),
      questions_(parts_.clock, parts_.accounts),
      admitter_({parts_.clock, parts_.accounts, parts_.ledger.access(), parts_.by.person}),
      objections_(parts_.clock, parts_.ledger.access(), admitter_),
      door_({parts_.clock, parts_.accounts, [this] { return objections_.policy(); },
             [this](licensing::sign_of_others s) { admitter_.saw(std::move(s)); }}),
      hands_(hands()),
      runner_({parts_.executor, parts_.clock,
               [this] { return limits_by(objections_.in_force()->settings.api); },
               [this](error bug) {
                 if (events_.broke) events_.broke(std::move(bug));
               }}) {
  parts_.ledger.listen([this] {
    if (events_.written && !objections_.is_stopping()) events_.written();
  });
}

correction_hands corrector::hands() {
  return {
      door_,
      [this](licensing::intent wanted) { return parts_.ledger.intent(std::move(wanted)); },
      [this](std::int64_t intent, const correction& what,
             licensing::note came) -> asio::awaitable<void> {
        if (const auto sign = sign_in(what, came))
          admitter_.saw({*sign, parts_.clock.wall(), what.which, what.name, 0});
        co_await parts_.ledger.note(intent, what, std::move(came));
      },
      [this](const licensing::place& where, const std::string& decided_by, bool canceled) {
        return objections_.against(where, decided_by, canceled);
      },
      [this](const licensing::vm_key& which, const correction_state& now) {
        under_way_.change(which, now);
      },
      [this](const correction& what, const errand::ask::finish& end, const correction_state& now) {
        if (!end.back && end.how.how == licensing::outcome::done) admitter_.made(what.which);
        under_way_.end(what.which, now);
        if (under_way_.states().empty()) door_.forget_lists();
        if (!end.back && events_.ended) events_.ended(what, end.how);
      },
      [this](const licensing::vm_key& which, const correction_state& now) {
        under_way_.end(which, now);
      }};
}

void corrector::listen(correction_events to) { events_ = std::move(to); }

void corrector::adopt(std::shared_ptr<const setup> by) {
  if (objections_.adopt(std::move(by))) runner_.begin_no_more();
}

asio::awaitable<licensing::due_corrections>
corrector::correct(std::shared_ptr<const surveyed> found) {
  admitted may = co_await admit(found);
  std::vector<correction> chosen;
  chosen.reserve(may.begin.size());
  for (const std::size_t i : may.begin)
    chosen.push_back(
        licensing::correction_of(may.due[i].due, *found->seen, *found->decided, found->policy()));
  if (!runner_.is_stopping() && !chosen.empty()) begin(chosen);
  co_return std::move(may.due);
}

asio::awaitable<admitted> corrector::admit(std::shared_ptr<const surveyed> found) {
  if (!runner_.is_stopping()) resume(); // what the ledger could not show before
  const auto reloaded = [&] { return found->by->epoch != objections_.in_force()->epoch; };
  if (!reloaded()) {
    admission_answers known = co_await questions_.ask(found);
    if (!reloaded()) co_return admitter_.admit(found, std::move(known), under_way_.states());
  }
  admitted nothing;
  nothing.due = glance(found);
  co_return nothing;
}

void corrector::begin(const std::vector<correction>& chosen) {
  const setup& by = *objections_.in_force();
  admitter_.begun(chosen);
  for (const correction& c : chosen) {
    auto goal = std::make_shared<const licensing::correction_goal>(
        licensing::intent{c, parts_.by, by.policy->sha256});
    errand::course course(goal, patience_with(by.settings.api), parts_.clock.now());
    add(std::move(goal), std::move(course), 0);
  }
}

void corrector::resume() {
  // A correction whose end could not be written yet still looks unfinished in the ledger.
  if (parts_.ledger.access().problem()) return;
  for (const ledger::past_correction& past : parts_.ledger.access().history().recent())
    if (past.what.end.trace && past.what.end.how == licensing::outcome::inconclusive)
      door_.ours(past.which.where, *past.what.end.trace);
  for (const auto& [number, rest] : parts_.ledger.access().history().unfinished()) {
    if (under_way_.has(rest.wanted.what.which)) continue;
    auto goal = std::make_shared<const licensing::correction_goal>(rest.wanted);
    errand::course course(goal, {rest.sent, rest.task},
                          patience_with(objections_.in_force()->settings.api), parts_.clock.now());
    add(std::move(goal), std::move(course), number);
  }
}

void corrector::add(correction_job::goal goal, errand::course course, std::int64_t intent) {
  if (runner_.is_stopping()) return;
  auto job = std::make_shared<correction_job>(hands_, std::move(goal), std::move(course), intent);
  under_way_.begin(job->what().which, job->state());
  runner_.add(std::move(job));
}

void corrector::stop() {
  objections_.set_stopping(true);
  runner_.stop();
}

void corrector::go_on() {
  runner_.go_on();
  objections_.set_stopping(false);
  under_way_.clear(); // what is not finished is on record
  door_.forget_lists();
  admitter_.learn_anew();
}

} // namespace ovhl::agent
