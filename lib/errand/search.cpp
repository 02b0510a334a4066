#include "errand/search.hpp"

#include "errand/endings.hpp"

#include <optional>

namespace ovhl::errand {

step search::begin(time_point now) {
  at_ = phase::looking_for_trace;
  began_ = now;
  return ask::find{};
}

step search::begin_later(sent_request& sent, time_point now) {
  at_ = phase::waiting;
  return ask::pause{sent.waiting.next_pause(now, sent.settled_at())};
}

search::what_next search::take(const event& e, sent_request& sent, time_point now) {
  switch (at_) {
  case phase::looking_for_trace: return on_trace(e, sent, now);
  case phase::looking_for_effect: return on_effect(e, sent, now);
  case phase::waiting: expect<told::passed>(e); return begin(now);
  }
  unexpected();
}

search::what_next search::on_trace(const event& e, sent_request& sent, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e))
    return unanswered(failed->why, sent, now);
  if (const auto found = expect<told::found>(e).trace) {
    trace taken; // not in braces: g++ 12 would take its texts for uninitialized
    taken.id = *found;
    taken.message = "taken over after a lost answer";
    taken.why = trace::cause::taken_over;
    return taken;
  }
  at_ = phase::looking_for_effect;
  return ask::look{};
}

search::what_next search::on_effect(const event& e, sent_request& sent, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e))
    return unanswered(failed->why, sent, now);
  sent.waiting.answered(now);
  if (std::holds_alternative<told::vanished>(e)) {
    if (sent.waiting.object_is_gone(now) && now >= sent.settled_at()) return vanished(sent);
    return begin_later(sent, now);
  }
  const auto& found = expect<told::seen>(e).found;
  sent.waiting.object_found();
  if (sent.goal->is_reached(found)) return reached(sent, found);
  if (began_ >= sent.settled_at()) return not_reached(sent, found);
  return begin_later(sent, now);
}

search::what_next search::unanswered(const error& why, sent_request& sent, time_point now) {
  if (now >= sent.settled_at() && sent.waiting.is_unanswered_too_long(now))
    return unseen(sent, why);
  return begin_later(sent, now);
}

} // namespace ovhl::errand
