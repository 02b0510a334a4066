// A correction's course carried out by script: what is recorded and what is waited for goes by
// itself, the rest is told as listed; every step is written down as one line.
#pragma once

#include "licensing/correction_goal.hpp"
#include "support.hpp"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace ovhl::licensing::testing {

namespace ask = errand::ask;
namespace told = errand::told;
using errand::course;
using errand::event;
using errand::patience;
using errand::step;
using lines = std::vector<std::string>;

inline intent an_intent(action a = action::set_license) {
  intent wanted;
  wanted.what.which = {here, 1074};
  wanted.what.action = a;
  if (a == action::set_license) wanted.what.to = "windows 2019 Standard";
  return wanted;
}

inline course a_course(intent wanted, const patience& p = {}) {
  return {std::make_shared<correction_goal>(std::move(wanted)), p, {}};
}
inline course a_course(const unfinished& u, const patience& p, course::time_point now) {
  return {std::make_shared<correction_goal>(u.wanted), errand::past{u.sent, u.task}, p, now};
}

// As the ledger gets it.
inline note recorded_as(const errand::note& n) {
  if (const auto* const answer = std::get_if<sent>(&n)) return *answer;
  if (const auto* const task = std::get_if<followed>(&n)) return *task;
  if (const auto* const end = std::get_if<ending>(&n)) return *end;
  return an_intent();
}

inline std::string in_words(const errand::note& what) {
  if (std::holds_alternative<errand::intent>(what)) return "intent";
  if (const auto* const s = std::get_if<sent>(&what))
    return fmt::format("{}{}{}", name(s->got), s->trace ? fmt::format(" {}", *s->trace) : "",
                       s->message.empty() ? "" : ": " + s->message);
  if (const auto* const f = std::get_if<followed>(&what))
    return fmt::format("task {} '{}'{}", f->id, f->state.word,
                       f->message.empty() ? "" : ": " + f->message);
  const auto& end = std::get<ending>(what);
  return fmt::format("{}{}{}{}", name(end.how),
                     end.trace ? fmt::format(" (task {})", *end.trace) : "",
                     end.looked ? fmt::format(" ({})", end.found.value_or("no license")) : "",
                     end.message.empty() ? "" : ": " + end.message);
}

inline std::string in_words(const correction_state& s) {
  return fmt::format("{}{}{}{}", name(s.state), s.by ? fmt::format(" by {}", name(*s.by)) : "",
                     s.task_id ? fmt::format(" (task {})", *s.task_id) : "",
                     s.words.empty() ? "" : ": " + s.words);
}

inline std::string in_words(const step& next) {
  if (std::holds_alternative<ask::find>(next)) return "tasks?";
  if (std::holds_alternative<ask::look>(next)) return "vm?";
  if (std::holds_alternative<ask::send>(next)) return "POST";
  if (const auto* const f = std::get_if<ask::follow>(&next))
    return fmt::format("task {}?", f->trace);
  if (const auto* const p = std::get_if<ask::pause>(&next))
    return fmt::format("pause {} ms", p->how_long.count());
  if (const auto* const r = std::get_if<ask::record>(&next)) return "record " + in_words(r->what);
  const auto& end = std::get<ask::finish>(next);
  if (!end.back) return "finished";
  return "finished, " + in_words(state_of(*end.back, correction_goal(an_intent())));
}

class script {
 public:
  explicit script(const intent& wanted, const patience& p = {}, course::time_point = {})
      : goal_(wanted), course_(a_course(wanted, p)) {}
  script(const unfinished& u, const patience& p, course::time_point now)
      : goal_(u.wanted), course_(a_course(u, p, now)) {}

  // Until it is finished, or nothing is left to tell.
  lines run(const std::vector<event>& told, course::time_point now = {}) {
    std::deque<event> left(told.begin(), told.end());
    lines all;
    for (;;) {
      const step next = course_.next();
      all.push_back(in_words(next));
      if (const auto* const p = std::get_if<ask::pause>(&next)) {
        now += p->how_long;
        course_.take(told::passed{}, now);
      } else if (is_recorded(next, left)) {
        course_.take(told::recorded{}, now);
      } else if (std::holds_alternative<ask::finish>(next) || left.empty()) {
        return all;
      } else {
        course_.take(left.front(), now);
        left.pop_front();
      }
    }
  }
  const course& state() const { return course_; }
  licensing::correction_state shown_state() const { return state_of(course_.progress(), goal_); }

 private:
  static bool is_recorded(const step& next, const std::deque<event>& left) {
    const bool told_otherwise =
        !left.empty() && std::holds_alternative<told::not_recorded>(left.front());
    return std::holds_alternative<ask::record>(next) && !told_otherwise;
  }

  correction_goal goal_;
  course course_;
};

inline lines lived(const std::vector<event>& told, action a = action::set_license,
                   const patience& p = {}) {
  return script(an_intent(a), p).run(told);
}

// ---- what the world says ----

inline error an_error(std::string message, failure kind = failure::server, int status = 0) {
  error e;
  e.kind = kind;
  e.message = std::move(message);
  e.http_status = status;
  return e;
}

inline told::found no_task() { return {}; }
inline told::found a_task(std::int64_t id) { return {id}; }
inline told::seen declares(std::string license) { return {std::move(license), std::nullopt}; }
inline told::seen declares_none() { return {}; }
inline told::seen as_asked() { return declares("windows 2019 Standard"); }
inline told::unanswered silence() { return {an_error("no answer", failure::timeout)}; }
inline told::state in_state(std::string state, std::string description = {}) {
  return {trace_state_of(std::move(state)), std::move(description)};
}
inline told::refused guest_os_refused(const correction& what) {
  return {with_advice(an_error("not compatible with guest OS family x", failure::refused, 400),
                      true, what)};
}

} // namespace ovhl::licensing::testing
