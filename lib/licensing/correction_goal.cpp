#include "licensing/correction_goal.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <utility>

namespace ovhl::licensing {

namespace {

bool as_asked(action what, const std::optional<std::string>& to,
              const std::optional<std::string>& license) noexcept {
  return what == action::set_license ? license == to : !license;
}

} // namespace

errand::trace_state trace_state_of(const task_state& state) {
  using kind = errand::trace_state::kind;
  const kind over = state.is_done() ? kind::done : kind::failed;
  return {state.is_over() ? over : kind::under_way, state.text()};
}

bool turned_without_us(action what, const std::optional<std::string>& to,
                       const ending& end) noexcept {
  return end.how == outcome::dropped && end.looked && as_asked(what, to, end.found);
}

error with_advice(error refusal, bool for_guest_os, const correction& what) {
  if (!for_guest_os || what.bypass) return refusal;
  if (!refusal.advice.empty()) refusal.advice += "; ";
  refusal.advice += "bypass_guest_os_family_check: true in the policy would allow it";
  return refusal;
}

bool correction_goal::is_reached(const std::optional<std::string>& license) const {
  return as_asked(wanted_.what.action, wanted_.what.to, license);
}

std::string correction_goal::in_words(const std::optional<std::string>& license) const {
  return license ? fmt::format("'{}' is declared", printable(*license)) : "none is declared";
}

correction_state state_of(const errand::progress& now, const correction_goal& goal) {
  using kind = errand::progress::kind;
  if (now.is == kind::waiting)
    return {due_state::held, guard::task, {}, others_in_words(*now.trace, false, goal), now.trace};
  correction_state s{due_state::running, {}, {}, {}, now.trace};
  if (now.is == kind::searching)
    s.words = "the answer was lost; checking whether the correction was made";
  return s;
}

correction_state state_of(const errand::setback& back, const correction_goal& goal) {
  using enum errand::setback::cause;
  correction_state s{due_state::held, {}, {}, errand::in_words(back, goal), back.theirs};
  switch (back.why) {
  case unreadable: s.state = due_state::failed; break;
  case others: s.by = guard::task; break;
  case not_recorded: s.by = guard::ledger; break;
  case no_turn: break;
  }
  return s;
}

correction_state state_of(const ending& end) {
  correction_state s;
  s.task_id = end.trace;
  s.words = end.message;
  switch (end.how) {
  case outcome::done: s.state = due_state::done; break;
  case outcome::dropped: s.state = due_state::reported; break;
  case outcome::failed:
  case outcome::inconclusive:
    s.state = due_state::failed;
    s.by = guard::retry_after;
    break;
  }
  return s;
}

} // namespace ovhl::licensing
