// A course carried out by script: what is recorded and what is waited for goes by itself, the rest
// is told as listed; every step is written down as one line.
#pragma once

#include "licensing/course.hpp"
#include "support.hpp"

#include <deque>
#include <string>
#include <vector>

namespace ovhl::licensing::testing {

using lines = std::vector<std::string>;

inline intent an_intent(action a = action::set_license) {
  intent wanted;
  wanted.what.which = {here, 1074};
  wanted.what.action = a;
  if (a == action::set_license) wanted.what.to = "windows 2019 Standard";
  return wanted;
}

inline std::string in_words(const note& what) {
  if (std::holds_alternative<intent>(what)) return "intent";
  if (const auto* const s = std::get_if<sent>(&what))
    return fmt::format("{}{}{}", name(s->got), s->task ? fmt::format(" {}", *s->task) : "",
                       s->message.empty() ? "" : ": " + s->message);
  if (const auto* const f = std::get_if<followed>(&what))
    return fmt::format("task {} '{}'{}", f->task, f->state.text(),
                       f->message.empty() ? "" : ": " + f->message);
  const auto& end = std::get<ending>(what);
  return fmt::format("{}{}{}{}", name(end.how),
                     end.task ? fmt::format(" (task {})", *end.task) : "",
                     end.looked ? fmt::format(" ({})", end.license.value_or("no license")) : "",
                     end.message.empty() ? "" : ": " + end.message);
}

inline std::string in_words(const standing& s) {
  return fmt::format("{}{}{}{}", name(s.state), s.by ? fmt::format(" by {}", name(*s.by)) : "",
                     s.task_id ? fmt::format(" (task {})", *s.task_id) : "",
                     s.words.empty() ? "" : ": " + s.words);
}

inline std::string in_words(const step& next) {
  if (std::holds_alternative<ask::tasks>(next)) return "tasks?";
  if (std::holds_alternative<ask::vm>(next)) return "vm?";
  if (std::holds_alternative<ask::post>(next)) return "POST";
  if (const auto* const t = std::get_if<ask::task>(&next)) return fmt::format("task {}?", t->id);
  if (const auto* const p = std::get_if<ask::pause>(&next))
    return fmt::format("pause {} ms", p->how_long.count());
  if (const auto* const r = std::get_if<ask::record>(&next)) return "record " + in_words(r->what);
  const auto& end = std::get<ask::finish>(next);
  return "finished" + (end.back ? ", " + in_words(*end.back) : std::string());
}

class script {
 public:
  explicit script(course c) : course_(std::move(c)) {}

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
  const licensing::course& state() const { return course_; }

 private:
  static bool is_recorded(const step& next, const std::deque<event>& left) {
    const bool told_otherwise =
        !left.empty() && std::holds_alternative<told::not_recorded>(left.front());
    return std::holds_alternative<ask::record>(next) && !told_otherwise;
  }

  licensing::course course_;
};

inline lines lived(const std::vector<event>& told, action a = action::set_license,
                   const patience& p = {}) {
  return script(course(an_intent(a), p, {})).run(told);
}

// ---- what the world says ----

inline error an_error(std::string message, failure kind = failure::server, int status = 0) {
  error e;
  e.kind = kind;
  e.message = std::move(message);
  e.http_status = status;
  return e;
}

inline told::tasks no_task() { return {}; }
inline told::tasks a_task(std::int64_t id) { return {id}; }
inline told::vm declares(std::string license) { return {std::move(license), std::nullopt}; }
inline told::vm declares_none() { return {}; }
inline told::vm as_asked() { return declares("windows 2019 Standard"); }
inline told::unanswered silence() { return {an_error("no answer", failure::timeout)}; }

} // namespace ovhl::licensing::testing
