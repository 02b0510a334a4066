#include "errand/before_request.hpp"

#include <fmt/format.h>

#include <utility>

namespace ovhl::errand {

namespace {

// The ending says of a busy service that it was busy, and needs no advice.
std::string message_of(const error& why) {
  const bool enough = why.advice.empty() || why.http_status == http_busy;
  return enough ? why.message : why.message + "; " + why.advice;
}

answer failed_to_send(answer::kind how, const error& why) {
  return {how, std::nullopt, message_of(why), why.http_status, why.query_id, answer::cause::none};
}

answer answer_of(const event& e) {
  if (const auto* const yes = std::get_if<told::accepted>(&e))
    return {answer::kind::accepted, yes->trace, {}, 0, yes->query_id, {}};
  if (const auto* const no = std::get_if<told::refused>(&e))
    return failed_to_send(answer::kind::refused, no->why);
  if (const auto* const silence = std::get_if<told::lost>(&e))
    return failed_to_send(answer::kind::lost, silence->why);
  const error& why = expect<told::unsent>(e).why;
  answer unsent = failed_to_send(answer::kind::unsent, why);
  if (why.kind == failure::canceled) {
    unsent.message = "called off before it was sent: " + why.message;
    unsent.why = answer::cause::called_off;
  }
  return unsent;
}

} // namespace

before_request::what_next before_request::take(const event& e, time_point now) {
  switch (at_) {
  case phase::looking_for_others: return on_others(e, now);
  case phase::waiting_for_others:
    expect<told::passed>(e);
    return go(phase::looking_for_others, ask::find{});
  case phase::looking: return on_look(e);
  case phase::recording_intent: return on_intent_recorded(e);
  case phase::sending:
    if (std::holds_alternative<told::outdated>(e)) return look_again(now);
    return answer_of(e);
  }
  unexpected();
}

step before_request::go(phase to, step next) {
  at_ = to;
  return next;
}

before_request::what_next before_request::look(time_point now) {
  ++rounds_;
  waiting_.begin(now);
  return go(phase::looking_for_others, ask::find{});
}

// The request's turn came so late that what was seen may have changed.
before_request::what_next before_request::look_again(time_point now) {
  if (rounds_ < waiting_.limits().rounds) return look(now);
  return plain({}, outcome::dropped,
               fmt::format("it could not be sent within 30 s of its checks ({} attempts): the "
                           "request budget is too small",
                           rounds_));
}

// An intent on record needs an ending on record.
before_request::what_next before_request::step_back(setback why) const {
  if (recorded_) return plain({}, outcome::dropped, in_words(why, *goal_));
  return why;
}

before_request::what_next before_request::on_others(const event& e, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e))
    return step_back({setback::cause::unreadable, failed->why});
  theirs_ = expect<told::found>(e).trace;
  if (!theirs_) return go(phase::looking, ask::look{.before = true});
  const time_point latest = waiting_.latest_for_others();
  if (now >= latest) return step_back({setback::cause::others, {}, theirs_});
  return go(phase::waiting_for_others, ask::pause{waiting_.next_pause(now, latest)});
}

before_request::what_next before_request::on_look(const event& e) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e))
    return step_back({setback::cause::unreadable, failed->why});
  if (std::holds_alternative<told::vanished>(e))
    return plain({}, outcome::dropped, gone_in_words(*goal_));
  if (std::holds_alternative<told::outdated>(e)) return step_back({setback::cause::no_turn});
  const auto& seen = expect<told::seen>(e);
  if (seen.outdated) {
    ending end = plain({}, outcome::dropped, "changed meanwhile: " + *seen.outdated);
    end.looked = true;
    end.found = seen.found;
    return end;
  }
  if (recorded_) return go(phase::sending, ask::send{});
  return go(phase::recording_intent, ask::record{intent{}});
}

before_request::what_next before_request::on_intent_recorded(const event& e) {
  if (const auto* const failed = std::get_if<told::not_recorded>(&e))
    return step_back({setback::cause::not_recorded, failed->why});
  expect<told::recorded>(e);
  recorded_ = true;
  return go(phase::sending, ask::send{});
}

} // namespace ovhl::errand
