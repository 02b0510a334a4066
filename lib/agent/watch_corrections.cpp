// The part of the daemon that handles corrections and the ledger, beside polling.
#include "agent/watch.hpp"
#include "os/notify.hpp"

#include <fmt/format.h>

#include <utility>

namespace ovhl::agent {

actuator& watch::acting() noexcept {
  if (setup_.settings.corrections) return parts_.act;
  return only_report_;
}

boost::asio::awaitable<void> watch::open_ledger() {
  co_await parts_.ledger.open();
  if (parts_.ledger.is_open() && !caught_up_) take_up_history();
  caught_up_ = parts_.ledger.is_open();
  tell_problems();
}

// Continues where the last process ended: since when each VM has its verdict, what was corrected,
// and what is unfinished, which is followed up even while corrections are off.
void watch::take_up_history() {
  const ledger::history& before = parts_.ledger.history();
  if (!looked_) {
    memory_ = before.memory();
    part_with_uncovered(setup_);
  }
  board_.forget_corrections(); // while it was not ours, others made some
  for (const ledger::past_correction& past : before.recent())
    board_.corrected(past.which, past.what, past.at);
  parts_.act.resume(setup_);
}

yielding::parts watch::ways_to_yield() {
  return {parts_.executor,
          parts_.clock,
          parts_.ledger,
          parts_.act,
          setup_.settings.ledger,
          [this] { return patience_when_yielding(setup_.settings); },
          [this](const std::string& whom) {
            parts_.log(os::level::info,
                       fmt::format("{} asks for the ledger; no new corrections will start", whom));
            yielded(whom);
          },
          [this](const std::string& whom) {
            parts_.log(os::level::info, "yielded to " + whom);
            yielded(whom);
          },
          [this] { taken_back(); }};
}

void watch::yielded(const std::string& whom) {
  using licensing::due_state;
  const licensing::correction_state how{
      due_state::held, licensing::guard::ledger, {}, "yielded to " + whom, {}};
  for (publish::finding& f : board_.now().findings)
    if (f.state == due_state::confirming || f.state == due_state::held ||
        f.state == due_state::failed)
      put(f, how);
  board_.now().ledger_yielded_to = whom;
  board_.now().ledger_yielded_since = parts_.clock.wall();
  publish();
  os::notify_status(status_line());
}

// A look under way may be older than what `apply` changed: it must not lead to corrections.
void watch::taken_back() {
  parts_.log(os::level::info, "apply has ended; corrections resume");
  caught_up_ = false;
  again_ = true;
  if (activity_ != activity::settling) interrupt();
}

void watch::tell_problems() {
  std::vector<error> now;
  const auto& problem = parts_.ledger.problem();
  if (problem && problem->kind != failure::canceled) now.push_back(*problem);
  board_.problems("ledger", now, parts_.clock.wall());
  board_.problems("corrections", acting().problems(), parts_.clock.wall());
}

news watch::what_happens() {
  return {
      [this](const licensing::vm_key& which, const licensing::correction_state& how) {
        changed(which, how);
      },
      [this](const licensing::correction& what, const licensing::ending& how) { ended(what, how); },
      [this](const error& bug) {
        board_.problems("bug: " + bug.where, {bug}, parts_.clock.wall());
        publish_soon();
      },
      [this] { publish_soon(); }};
}

void watch::changed(const licensing::vm_key& which, const licensing::correction_state& how) {
  if (!overview_.put(which, how, board_.now())) return;
  publish_soon();
}

void watch::ended(const licensing::correction& what, const licensing::ending& how) {
  const instant now = parts_.clock.wall();
  voice_.correction(what, how);
  board_.corrected(what.which, {how, what.action, what.from, what.to, what.name}, now);
  board_.count(what.action, how.how);
  publish_soon();
}

} // namespace ovhl::agent
