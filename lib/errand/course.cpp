#include "errand/course.hpp"

#include "base/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ovhl::errand {

namespace {

[[noreturn]] void unexpected() {
  throw std::logic_error("an errand received an event that it had not asked for");
}

template <class T>
void expect(const event& e) {
  if (!std::holds_alternative<T>(e)) unexpected();
}

// That it is busy, and tried again, is said of it in the end.
std::string message_of(const error& why) {
  const bool enough = why.advice.empty() || why.http_status == http_busy;
  return enough ? why.message : why.message + "; " + why.advice;
}

answer failed_to_send(answer::kind how, const error& why) {
  return {how, std::nullopt, message_of(why), why.http_status, why.query_id, answer::cause::none};
}

} // namespace

course::course(std::shared_ptr<const goal> wanted, patience p, time_point now)
    : goal_(std::move(wanted)), waiting_(p) {
  look_before(now);
}

course::course(std::shared_ptr<const goal> wanted, past before, patience p, time_point now)
    : goal_(std::move(wanted)),
      waiting_(p),
      past_(std::move(before)),
      sent_at_(now),
      recorded_(true) {
  if (past_.answer)
    go_on(now);
  else
    record_answer({answer::kind::lost,
                   {},
                   "the program ended before the answer",
                   0,
                   {},
                   answer::cause::program_ended});
}

void course::take(const event& e, time_point now) {
  switch (at_) {
  case phase::looking_for_others: return on_others(e, now);
  case phase::waiting_for_others:
    expect<told::passed>(e);
    return go(phase::looking_for_others, ask::find{});
  case phase::looking_before: return on_look_before(e);
  case phase::recording_intent: return on_intent_recorded(e);
  case phase::sending:
    if (std::holds_alternative<told::outdated>(e)) return look_again_before(now);
    sent_at_ = now;
    return on_answer(e);
  case phase::recording_answer: expect<told::recorded>(e); return go_on(now);
  case phase::looking_for_trace: return on_trace(e, now);
  case phase::looking_for_effect: return on_effect(e, now);
  case phase::waiting_for_trace: expect<told::passed>(e); return search(now);
  case phase::recording_trace: expect<told::recorded>(e); return follow(now);
  case phase::following: return on_state(e, now);
  case phase::waiting_for_end:
    expect<told::passed>(e);
    return go(phase::following, ask::follow{past_.trace->id});
  case phase::recording_end: expect<told::recorded>(e); return look_after(now);
  case phase::looking_after: return on_look_after(e, now);
  case phase::waiting_for_look:
    expect<told::passed>(e);
    return go(phase::looking_after, ask::look{});
  case phase::recording_ending:
    expect<told::recorded>(e);
    return go(phase::finished, ask::finish{end_, std::nullopt});
  case phase::finished: unexpected();
  }
}

progress course::progress() const {
  using kind = errand::progress::kind;
  if (theirs_) return {kind::waiting, theirs_};
  if (past_.trace) return {kind::running, past_.trace->id};
  const bool lost = past_.answer && past_.answer->got == answer::kind::lost;
  return {lost ? kind::searching : kind::running, std::nullopt};
}

void course::go(phase to, step next) {
  at_ = to;
  next_ = std::move(next);
}

void course::pause(phase to, time_point now, std::optional<time_point> latest) {
  go(to, ask::pause{waiting_.next_pause(now, latest)});
}

void course::close(ending end) {
  end_ = std::move(end);
  go(phase::recording_ending, ask::record{end_});
}

// An intent that is on record gets its end there.
void course::step_back(setback why) {
  if (recorded_) return close(plain(past_, outcome::dropped, in_words(why, *goal_)));
  go(phase::finished, ask::finish{{}, std::move(why)});
}

// ---- before the request ----

void course::look_before(time_point now) {
  ++rounds_;
  waiting_.begin(now);
  go(phase::looking_for_others, ask::find{});
}

// Its turn came so late that what it rests on may have changed.
void course::look_again_before(time_point now) {
  if (rounds_ < waiting_.limits().rounds) return look_before(now);
  close(plain(past_, outcome::dropped,
              fmt::format("it could not be sent within 30 s of its checks ({} attempts): the "
                          "request budget is too small",
                          rounds_)));
}

void course::on_others(const event& e, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e))
    return step_back({setback::cause::unreadable, failed->why});
  expect<told::found>(e);
  theirs_ = std::get<told::found>(e).trace;
  if (!theirs_) return go(phase::looking_before, ask::look{.before = true});
  if (now >= waiting_.latest_for_others()) return step_back({setback::cause::others, {}, theirs_});
  pause(phase::waiting_for_others, now, waiting_.latest_for_others());
}

void course::on_look_before(const event& e) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e))
    return step_back({setback::cause::unreadable, failed->why});
  if (std::holds_alternative<told::vanished>(e))
    return close(plain(past_, outcome::dropped, gone_in_words(*goal_)));
  if (std::holds_alternative<told::outdated>(e)) return step_back({setback::cause::no_turn});
  expect<told::seen>(e);
  const auto& seen = std::get<told::seen>(e);
  if (seen.outdated) {
    ending end = plain(past_, outcome::dropped, "changed meanwhile: " + *seen.outdated);
    end.looked = true;
    end.found = seen.found;
    return close(std::move(end));
  }
  if (recorded_) return go(phase::sending, ask::send{});
  go(phase::recording_intent, ask::record{intent{}});
}

void course::on_intent_recorded(const event& e) {
  if (const auto* const failed = std::get_if<told::not_recorded>(&e))
    return step_back({setback::cause::not_recorded, failed->why});
  expect<told::recorded>(e);
  recorded_ = true;
  go(phase::sending, ask::send{});
}

// ---- the answer ----

void course::on_answer(const event& e) {
  if (const auto* const yes = std::get_if<told::accepted>(&e))
    return record_answer({answer::kind::accepted, yes->trace, {}, 0, yes->query_id, {}});
  if (const auto* const no = std::get_if<told::refused>(&e))
    return record_answer(failed_to_send(answer::kind::refused, no->why));
  if (const auto* const silence = std::get_if<told::lost>(&e))
    return record_answer(failed_to_send(answer::kind::lost, silence->why));
  expect<told::unsent>(e);
  const error& why = std::get<told::unsent>(e).why;
  answer unsent = failed_to_send(answer::kind::unsent, why);
  if (why.kind == failure::canceled) {
    unsent.message = "called off before it was sent: " + why.message;
    unsent.why = answer::cause::called_off;
  }
  record_answer(std::move(unsent));
}

void course::record_answer(answer a) {
  past_.answer = std::move(a);
  go(phase::recording_answer, ask::record{*past_.answer});
}

void course::go_on(time_point now) {
  switch (past_.answer->got) {
  case answer::kind::unsent: return close(unsent(past_));
  case answer::kind::refused: return look_after(now);
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
  return over || past_.trace->is_given_up() ? look_after(now) : follow(now);
}

// ---- after a lost answer: traces and looks, until nothing can come of the request any more ----

void course::search(time_point now) {
  search_began_ = now;
  go(phase::looking_for_trace, ask::find{});
}

void course::on_trace(const event& e, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e)) {
    if (is_settled(now) && waiting_.is_unanswered_too_long(now))
      return close(unseen(past_, *goal_, failed->why));
    return search_again(now);
  }
  expect<told::found>(e);
  const auto found = std::get<told::found>(e).trace;
  if (!found) return go(phase::looking_for_effect, ask::look{});
  past_.trace = trace{*found, {}, "taken over after a lost answer", {}, trace::cause::taken_over};
  go(phase::recording_trace, ask::record{*past_.trace});
}

void course::on_effect(const event& e, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e)) {
    if (is_settled(now) && waiting_.is_unanswered_too_long(now))
      return close(unseen(past_, *goal_, failed->why));
    return search_again(now);
  }
  waiting_.answered(now);
  if (std::holds_alternative<told::vanished>(e)) {
    if (waiting_.is_gone_for_good(now) && is_settled(now)) return close(vanished(past_, *goal_));
    return search_again(now);
  }
  expect<told::seen>(e);
  const auto& found = std::get<told::seen>(e).found;
  waiting_.there();
  if (goal_->is_reached(found)) return close(reached(past_, *goal_, found));
  if (is_settled(search_began_)) return close(not_reached(past_, *goal_, found));
  search_again(now);
}

void course::search_again(time_point now) { pause(phase::waiting_for_trace, now, settled_at()); }

// ---- the trace ----

void course::follow(time_point now) {
  waiting_.begin(now);
  go(phase::following, ask::follow{past_.trace->id});
}

void course::on_state(const event& e, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e)) {
    if (!waiting_.is_unanswered_too_long(now)) return pause(phase::waiting_for_end, now);
    return stop_following(trace::cause::unreadable,
                          fmt::format("could not be read for {}: {}",
                                      duration_text(waiting_.limits().unreadable),
                                      words(failed->why)));
  }
  expect<told::state>(e);
  const auto& now_in = std::get<told::state>(e);
  waiting_.answered(now);
  past_.trace->state = now_in.is;
  if (now_in.is.is_over()) {
    ended_at_ = now;
    if (!now_in.is.is_done()) past_.trace->description = now_in.description;
    return stop_following(trace::cause::none, {});
  }
  if (now - sent_at_ < waiting_.limits().trace) return pause(phase::waiting_for_end, now);
  stop_following(trace::cause::no_end,
                 fmt::format("did not end within {}", duration_text(waiting_.limits().trace)));
}

void course::stop_following(trace::cause why, std::string message) {
  past_.trace->why = why;
  past_.trace->message = std::move(message);
  go(phase::recording_end, ask::record{*past_.trace});
}

// ---- and a look again ----

void course::look_after(time_point now) {
  waiting_.begin(now);
  go(phase::looking_after, ask::look{});
}

void course::on_look_after(const event& e, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e)) {
    if (!waiting_.is_unanswered_too_long(now)) return pause(phase::waiting_for_look, now);
    return close(unseen(past_, *goal_, failed->why));
  }
  if (std::holds_alternative<told::vanished>(e)) {
    waiting_.answered(now);
    if (past_.answer->got == answer::kind::refused || waiting_.is_gone_for_good(now))
      return close(vanished(past_, *goal_));
    return pause(phase::waiting_for_look, now);
  }
  expect<told::seen>(e);
  waiting_.answered(now);
  waiting_.there();
  conclude(std::get<told::seen>(e).found, now);
}

// Success shows at once; that it did not succeed, only when it has had the time to show.
void course::conclude(const std::optional<std::string>& found, time_point now) {
  if (goal_->is_reached(found)) return close(reached(past_, *goal_, found));
  if (may_have_missed() && !is_settled(now)) return search_again(now);
  if (ended_at_ && !is_settled(now)) return pause(phase::waiting_for_look, now, settled_at());
  close(not_reached(past_, *goal_, found));
}

course::time_point course::settled_at() const {
  return std::max(sent_at_, ended_at_.value_or(sent_at_)) + waiting_.limits().settling;
}

bool course::may_have_missed() const {
  return past_.answer->got == answer::kind::lost && past_.trace && !past_.trace->is_given_up();
}

} // namespace ovhl::errand
