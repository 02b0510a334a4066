#include "errand/after_request.hpp"

#include "base/duration.hpp"

#include <fmt/format.h>

#include <utility>

namespace ovhl::errand {

after_request::after_request(std::shared_ptr<const goal> wanted, errand::past before,
                             const patience& p, time_point sent)
    : sent_{std::move(before), std::move(wanted), waiting(p), sent} {}

after_request::what_next after_request::take(const event& e, time_point now) {
  switch (at_) {
  case phase::recording_answer: expect<told::recorded>(e); return go_on(now);
  case phase::searching: return on_search(search_.take(e, sent_, now));
  case phase::recording_trace: expect<told::recorded>(e); return follow(now);
  case phase::following: return on_state(e, now);
  case phase::waiting_for_end:
    expect<told::passed>(e);
    return go(phase::following, ask::follow{sent_.trace->id});
  case phase::recording_end: expect<told::recorded>(e); return look(now);
  case phase::looking: return on_look(e, now);
  case phase::waiting_for_look: expect<told::passed>(e); return go(phase::looking, ask::look{});
  }
  unexpected();
}

step after_request::go(phase to, step next) {
  at_ = to;
  return next;
}

step after_request::pause(phase to, time_point now, std::optional<time_point> latest) {
  return go(to, ask::pause{sent_.waiting.next_pause(now, latest)});
}

// ---- the answer ----

after_request::what_next after_request::record_answer(answer a) {
  sent_.answer = std::move(a);
  return go(phase::recording_answer, ask::record{*sent_.answer});
}

after_request::what_next after_request::go_on(time_point now) {
  switch (sent_.answer->got) {
  case answer::kind::unsent: return unsent(sent_);
  case answer::kind::refused: return look(now);
  case answer::kind::accepted:
  case answer::kind::lost: break;
  }
  if (!sent_.trace && sent_.answer->trace) sent_.trace = trace{*sent_.answer->trace, {}, {}};
  if (!sent_.trace) {
    sent_.waiting.begin(now);
    return go(phase::searching, search_.begin(now));
  }
  const bool over = sent_.trace->state.is_over();
  if (over) sent_.trace_ended_at = now; // or earlier, before a restart
  return over || sent_.trace->is_given_up() ? look(now) : follow(now);
}

// ---- after a lost answer ----

after_request::what_next after_request::on_search(search::what_next what) {
  if (auto* const next = std::get_if<step>(&what)) return std::move(*next);
  if (auto* const end = std::get_if<ending>(&what)) return std::move(*end);
  sent_.trace = std::get<trace>(std::move(what));
  return go(phase::recording_trace, ask::record{*sent_.trace});
}

// ---- the trace ----

step after_request::follow(time_point now) {
  sent_.waiting.begin(now);
  return go(phase::following, ask::follow{sent_.trace->id});
}

after_request::what_next after_request::on_state(const event& e, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e)) {
    if (!sent_.waiting.is_unanswered_too_long(now)) return pause(phase::waiting_for_end, now);
    return stop_following(trace::cause::unreadable,
                          fmt::format("could not be read for {}: {}",
                                      duration_text(sent_.waiting.limits().unreadable),
                                      words(failed->why)));
  }
  const auto& now_in = expect<told::state>(e);
  sent_.waiting.answered(now);
  sent_.trace->state = now_in.is;
  if (now_in.is.is_over()) {
    sent_.trace_ended_at = now;
    if (!now_in.is.is_done()) sent_.trace->description = now_in.description;
    return stop_following(trace::cause::none, {});
  }
  if (now - sent_.sent_at < sent_.waiting.limits().trace) return pause(phase::waiting_for_end, now);
  return stop_following(
      trace::cause::no_end,
      fmt::format("did not end within {}", duration_text(sent_.waiting.limits().trace)));
}

step after_request::stop_following(trace::cause why, std::string message) {
  sent_.trace->why = why;
  sent_.trace->message = std::move(message);
  return go(phase::recording_end, ask::record{*sent_.trace});
}

// ---- the look afterwards ----

step after_request::look(time_point now) {
  sent_.waiting.begin(now);
  return go(phase::looking, ask::look{});
}

after_request::what_next after_request::on_look(const event& e, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e)) {
    if (!sent_.waiting.is_unanswered_too_long(now)) return pause(phase::waiting_for_look, now);
    return unseen(sent_, failed->why);
  }
  if (std::holds_alternative<told::vanished>(e)) {
    sent_.waiting.answered(now);
    if (sent_.answer->got == answer::kind::refused || sent_.waiting.object_is_gone(now))
      return vanished(sent_);
    return pause(phase::waiting_for_look, now);
  }
  const auto& found = expect<told::seen>(e).found;
  sent_.waiting.answered(now);
  sent_.waiting.object_found();
  return conclude(found, now);
}

// Success is concluded at once, failure only after the settling time.
after_request::what_next after_request::conclude(const std::optional<std::string>& found,
                                                 time_point now) {
  if (sent_.goal->is_reached(found)) return reached(sent_, found);
  // The trace that was taken over may not be ours.
  const bool may_have_missed =
      sent_.answer->got == answer::kind::lost && sent_.trace && !sent_.trace->is_given_up();
  if (may_have_missed && now < sent_.settled_at())
    return go(phase::searching, search_.begin_later(sent_, now));
  if (sent_.trace_ended_at && now < sent_.settled_at())
    return pause(phase::waiting_for_look, now, sent_.settled_at());
  return not_reached(sent_, found);
}

} // namespace ovhl::errand
