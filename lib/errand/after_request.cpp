#include "errand/after_request.hpp"

#include "base/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ovhl::errand {

after_request::after_request(std::shared_ptr<const goal> wanted, errand::past before,
                             const patience& p, time_point sent)
    : goal_(std::move(wanted)), waiting_(p), past_(std::move(before)), sent_at_(sent) {}

after_request::what_next after_request::take(const event& e, time_point now) {
  switch (at_) {
  case phase::recording_answer: expect<told::recorded>(e); return go_on(now);
  case phase::looking_for_trace: return on_trace(e, now);
  case phase::looking_for_effect: return on_effect(e, now);
  case phase::waiting_for_trace: expect<told::passed>(e); return search(now);
  case phase::recording_trace: expect<told::recorded>(e); return follow(now);
  case phase::following: return on_state(e, now);
  case phase::waiting_for_end:
    expect<told::passed>(e);
    return go(phase::following, ask::follow{past_.trace->id});
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
  return go(to, ask::pause{waiting_.next_pause(now, latest)});
}

// ---- the answer ----

after_request::what_next after_request::record_answer(answer a) {
  past_.answer = std::move(a);
  return go(phase::recording_answer, ask::record{*past_.answer});
}

after_request::what_next after_request::go_on(time_point now) {
  switch (past_.answer->got) {
  case answer::kind::unsent: return unsent(past_);
  case answer::kind::refused: return look(now);
  case answer::kind::accepted:
  case answer::kind::lost: break;
  }
  if (!past_.trace && past_.answer->trace) past_.trace = trace{*past_.answer->trace, {}, {}};
  if (!past_.trace) {
    waiting_.begin(now);
    return search(now);
  }
  const bool over = past_.trace->state.is_over();
  if (over) ended_at_ = now; // no later; before a restart, but who knows when
  return over || past_.trace->is_given_up() ? look(now) : follow(now);
}

time_point after_request::settled_at() const {
  return std::max(sent_at_, ended_at_.value_or(sent_at_)) + waiting_.limits().settling;
}

// ---- after a lost answer: traces and looks, until nothing can come of the request any more ----

step after_request::search(time_point now) {
  search_began_ = now;
  return go(phase::looking_for_trace, ask::find{});
}

after_request::what_next after_request::on_trace(const event& e, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e)) {
    if (now >= settled_at() && waiting_.is_unanswered_too_long(now))
      return unseen(past_, *goal_, failed->why);
    return search_again(now);
  }
  const auto found = expect<told::found>(e).trace;
  if (!found) return go(phase::looking_for_effect, ask::look{});
  trace& taken = past_.trace.emplace();
  taken.id = *found;
  taken.message = "taken over after a lost answer";
  taken.why = trace::cause::taken_over;
  return go(phase::recording_trace, ask::record{*past_.trace});
}

after_request::what_next after_request::on_effect(const event& e, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e)) {
    if (now >= settled_at() && waiting_.is_unanswered_too_long(now))
      return unseen(past_, *goal_, failed->why);
    return search_again(now);
  }
  waiting_.answered(now);
  if (std::holds_alternative<told::vanished>(e)) {
    if (waiting_.is_gone_for_good(now) && now >= settled_at()) return vanished(past_, *goal_);
    return search_again(now);
  }
  const auto& found = expect<told::seen>(e).found;
  waiting_.there();
  if (goal_->is_reached(found)) return reached(past_, *goal_, found);
  if (search_began_ >= settled_at()) return not_reached(past_, *goal_, found);
  return search_again(now);
}

step after_request::search_again(time_point now) {
  return pause(phase::waiting_for_trace, now, settled_at());
}

// ---- the trace ----

step after_request::follow(time_point now) {
  waiting_.begin(now);
  return go(phase::following, ask::follow{past_.trace->id});
}

after_request::what_next after_request::on_state(const event& e, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e)) {
    if (!waiting_.is_unanswered_too_long(now)) return pause(phase::waiting_for_end, now);
    return stop_following(trace::cause::unreadable,
                          fmt::format("could not be read for {}: {}",
                                      duration_text(waiting_.limits().unreadable),
                                      words(failed->why)));
  }
  const auto& now_in = expect<told::state>(e);
  waiting_.answered(now);
  past_.trace->state = now_in.is;
  if (now_in.is.is_over()) {
    ended_at_ = now;
    if (!now_in.is.is_done()) past_.trace->description = now_in.description;
    return stop_following(trace::cause::none, {});
  }
  if (now - sent_at_ < waiting_.limits().trace) return pause(phase::waiting_for_end, now);
  return stop_following(trace::cause::no_end, fmt::format("did not end within {}",
                                                          duration_text(waiting_.limits().trace)));
}

step after_request::stop_following(trace::cause why, std::string message) {
  past_.trace->why = why;
  past_.trace->message = std::move(message);
  return go(phase::recording_end, ask::record{*past_.trace});
}

// ---- and a look again ----

step after_request::look(time_point now) {
  waiting_.begin(now);
  return go(phase::looking, ask::look{});
}

after_request::what_next after_request::on_look(const event& e, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e)) {
    if (!waiting_.is_unanswered_too_long(now)) return pause(phase::waiting_for_look, now);
    return unseen(past_, *goal_, failed->why);
  }
  if (std::holds_alternative<told::vanished>(e)) {
    waiting_.answered(now);
    if (past_.answer->got == answer::kind::refused || waiting_.is_gone_for_good(now))
      return vanished(past_, *goal_);
    return pause(phase::waiting_for_look, now);
  }
  const auto& found = expect<told::seen>(e).found;
  waiting_.answered(now);
  waiting_.there();
  return conclude(found, now);
}

// Success shows at once; that it did not succeed, only when it has had the time to show.
after_request::what_next after_request::conclude(const std::optional<std::string>& found,
                                                 time_point now) {
  if (goal_->is_reached(found)) return reached(past_, *goal_, found);
  // The trace that was taken over may not be ours.
  const bool may_have_missed =
      past_.answer->got == answer::kind::lost && past_.trace && !past_.trace->is_given_up();
  if (may_have_missed && now < settled_at()) return search_again(now);
  if (ended_at_ && now < settled_at()) return pause(phase::waiting_for_look, now, settled_at());
  return not_reached(past_, *goal_, found);
}

} // namespace ovhl::errand
