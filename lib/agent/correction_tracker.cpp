#include "agent/correction_tracker.hpp"

#include <utility>

namespace ovhl::agent {

correction_events correction_tracker::events() {
  return {
      [this](const licensing::vm_key& which, const licensing::correction_state& how) {
        if (fleet_.put(which, how)) publisher_.publish_soon();
      },
      [this](const licensing::correction& what, const licensing::ending& how) { ended(what, how); },
      [this](const error& bug) {
        with_.problems.report("bug: " + bug.where, {bug});
        publisher_.publish_soon();
      },
      [this] { publisher_.publish_soon(); }};
}

void correction_tracker::take_over(const ledger::history& past) {
  mine_.last_ended.clear(); // others may have made some meanwhile
  for (const ledger::past_correction& one : past.recent())
    keep(one.which, one.what, one.at);
}

void correction_tracker::keep(const licensing::vm_key& which, const ledger::result_body& what,
                              instant at) {
  constexpr std::size_t most = 100;
  if (mine_.last_ended.size() == most) mine_.last_ended.erase(mine_.last_ended.begin());
  publish::correction_row& row = mine_.last_ended.emplace_back();
  row.at = at;
  row.vm_id = which.id;
  row.name = what.name;
  row.action = what.action;
  row.from = what.from;
  row.to = what.to;
  row.outcome = what.end.how;
  row.task_id = what.end.trace;
  row.query_id = what.end.query_id;
  row.message = what.end.message;
}

void correction_tracker::ended(const licensing::correction& what, const licensing::ending& how) {
  with_.events.correction(what, how);
  keep(what.which, {how, what.action, what.from, what.to, what.name}, with_.clock.wall());
  const std::size_t action = what.action == licensing::action::set_license ? 0 : 1;
  ++mine_.ended[action][static_cast<std::size_t>(how.how)];
  publisher_.publish_soon();
}

} // namespace ovhl::agent
