#include "licensing/course.hpp"

#include "base/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ovhl::licensing {

namespace {

constexpr std::string_view no_turn =
    "the request budget left no room within 30 s of the checks; the next poll tries again; raising "
    "api.requests_per_minute helps";

[[noreturn]] void unexpected() {
  throw std::logic_error("a correction received an event that it had not asked for");
}

template <class T>
void expect(const event& e) {
  if (!std::holds_alternative<T>(e)) unexpected();
}

// That a VM is busy, and tried again, is said of it in the end.
std::string message_of(const error& why) {
  const bool enough = why.advice.empty() || why.http_status == http_busy;
  return enough ? why.message : why.message + "; " + why.advice;
}

sent failed_to_send(sent::answer how, const error& why) {
  return {how, std::nullopt, message_of(why), why.http_status, why.query_id, sent::cause::none};
}

standing held_by_task(std::int64_t task, std::string_view how) {
  return {due_state::held, guard::task, std::nullopt,
          fmt::format("task {} (not ours) is {}running on the VM", task, how), task};
}

} // namespace

course::course(intent wanted, patience p, time_point now)
    : wanted_(std::move(wanted)), patience_(p) {
  look_before(now);
}

course::course(const unfinished& before, patience p, time_point now)
    : wanted_(before.wanted),
      patience_(p),
      posted_at_(now),
      recorded_(true),
      sent_(before.sent),
      task_(before.task) {
  if (sent_)
    go_on(now);
  else
    record_answer({sent::answer::lost,
                   {},
                   "the program ended before the answer",
                   0,
                   {},
                   sent::cause::program_ended});
}

void course::take(const event& e, time_point now) {
  switch (at_) {
  case phase::looking_for_tasks: return on_tasks_before(e, now);
  case phase::waiting_for_task:
    expect<told::passed>(e);
    return go(phase::looking_for_tasks, ask::tasks{});
  case phase::looking_before: return on_look_before(e);
  case phase::recording_intent: return on_intent_recorded(e);
  case phase::posting:
    if (std::holds_alternative<told::outdated>(e)) return look_again_before(now);
    posted_at_ = now;
    return on_answer(e);
  case phase::recording_answer: expect<told::recorded>(e); return go_on(now);
  case phase::looking_for_trace: return on_trace(e, now);
  case phase::looking_for_effect: return on_effect(e, now);
  case phase::waiting_for_trace: expect<told::passed>(e); return search(now);
  case phase::recording_task: expect<told::recorded>(e); return follow(now);
  case phase::following: return on_task(e, now);
  case phase::waiting_for_end:
    expect<told::passed>(e);
    return go(phase::following, ask::task{task_->task});
  case phase::recording_end: expect<told::recorded>(e); return look_after(now);
  case phase::looking_after: return on_look_after(e, now);
  case phase::waiting_for_look: expect<told::passed>(e); return go(phase::looking_after, ask::vm{});
  case phase::recording_result:
    expect<told::recorded>(e);
    return go(phase::finished, ask::finish{end_, std::nullopt});
  case phase::finished: unexpected();
  }
}

standing course::standing() const {
  if (foreign_) return held_by_task(*foreign_, "");
  licensing::standing now{due_state::running, {}, {}, {}, {}};
  if (task_) now.task_id = task_->task;
  if (sent_ && sent_->got == sent::answer::lost && !task_)
    now.words = "the answer was lost; checking whether the correction was made";
  return now;
}

void course::go(phase to, step next) {
  at_ = to;
  next_ = std::move(next);
}

void course::wait_anew(time_point now) {
  waits_since_ = answered_at_ = now;
  pause_ = patience_.first_pause;
}

// Each longer than the one before, but not beyond `latest`.
void course::pause(phase to, time_point now, std::optional<time_point> latest) {
  using std::chrono::milliseconds;
  milliseconds how_long = pause_;
  if (latest && *latest > now)
    how_long = std::min(how_long, std::chrono::ceil<milliseconds>(*latest - now));
  pause_ = std::min(pause_ * 2, patience_.longest_pause);
  go(to, ask::pause{how_long});
}

void course::close(ending end) {
  end_ = std::move(end);
  go(phase::recording_result, ask::record{end_});
}

// An intent that is on record gets its end there.
void course::stand_back(licensing::standing how) {
  if (recorded_) return close(plain(outcome::dropped, std::move(how.words)));
  go(phase::finished, ask::finish{{}, std::move(how)});
}

// ---- before the request ----

void course::look_before(time_point now) {
  ++rounds_;
  wait_anew(now);
  go(phase::looking_for_tasks, ask::tasks{});
}

// Its turn came so late that what it rests on may have changed.
void course::look_again_before(time_point now) {
  if (rounds_ < patience_.rounds) return look_before(now);
  close(plain(outcome::dropped, fmt::format("it could not be sent within 30 s of its checks ({} "
                                            "attempts): the request budget is too small",
                                            rounds_)));
}

void course::on_tasks_before(const event& e, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e))
    return stand_back({due_state::failed, {}, {}, words(failed->why), {}});
  expect<told::tasks>(e);
  foreign_ = std::get<told::tasks>(e).on_vm;
  if (!foreign_) return go(phase::looking_before, ask::vm{.before = true});
  if (now - waits_since_ >= patience_.foreign_task)
    return stand_back(held_by_task(*foreign_, "still "));
  pause(phase::waiting_for_task, now, waits_since_ + patience_.foreign_task);
}

void course::on_look_before(const event& e) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e))
    return stand_back({due_state::failed, {}, {}, words(failed->why), {}});
  if (std::holds_alternative<told::vm_gone>(e))
    return close(dropped_before("the VM no longer exists", nullptr));
  if (std::holds_alternative<told::outdated>(e))
    return stand_back({due_state::held, {}, {}, std::string(no_turn), {}});
  expect<told::vm>(e);
  const auto& seen = std::get<told::vm>(e);
  if (seen.outdated) return close(dropped_before("changed meanwhile: " + *seen.outdated, &seen));
  if (recorded_) return go(phase::posting, ask::post{});
  go(phase::recording_intent, ask::record{wanted_});
}

void course::on_intent_recorded(const event& e) {
  if (const auto* const failed = std::get_if<told::not_recorded>(&e))
    return stand_back({due_state::held, guard::ledger, {}, words(failed->why), {}});
  expect<told::recorded>(e);
  recorded_ = true;
  go(phase::posting, ask::post{});
}

// ---- the answer ----

void course::on_answer(const event& e) {
  if (const auto* const yes = std::get_if<told::accepted>(&e))
    return record_answer({sent::answer::accepted, yes->task, {}, 0, yes->query_id, {}});
  if (const auto* const no = std::get_if<told::refused>(&e)) {
    sent answer = failed_to_send(sent::answer::refused, no->why);
    if (!wanted_.what.bypass && no->for_guest_os)
      answer.message += "; bypass_guest_os_family_check: true in the policy would allow it";
    return record_answer(std::move(answer));
  }
  if (const auto* const silence = std::get_if<told::lost>(&e))
    return record_answer(failed_to_send(sent::answer::lost, silence->why));
  expect<told::unsent>(e);
  const error& why = std::get<told::unsent>(e).why;
  sent answer = failed_to_send(sent::answer::unsent, why);
  if (why.kind == failure::canceled) {
    answer.message = "called off before it was sent: " + why.message;
    answer.why = sent::cause::called_off;
  }
  record_answer(std::move(answer));
}

void course::record_answer(licensing::sent answer) {
  sent_ = std::move(answer);
  go(phase::recording_answer, ask::record{*sent_});
}

void course::go_on(time_point now) {
  switch (sent_->got) {
  case sent::answer::unsent: return close(unsent());
  case sent::answer::refused: return look_after(now);
  case sent::answer::accepted:
  case sent::answer::lost: break;
  }
  if (!task_ && sent_->task) task_ = followed{*sent_->task, {}, {}};
  if (task_ && task_->state.is_over())
    ended_at_ = now; // no later; before a restart, but who knows when
  if (task_) return task_->state.is_over() || task_->is_given_up() ? look_after(now) : follow(now);
  wait_anew(now);
  search(now);
}

// ---- after a lost answer: tasks and VM, until nothing can come of the request any more ----

void course::search(time_point now) {
  search_began_ = now;
  go(phase::looking_for_trace, ask::tasks{});
}

void course::on_trace(const event& e, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e)) {
    if (is_settled(now) && now - answered_at_ >= patience_.unreadable)
      return close(unseen(failed->why));
    return search_again(now);
  }
  expect<told::tasks>(e);
  const auto found = std::get<told::tasks>(e).on_vm;
  if (!found) return go(phase::looking_for_effect, ask::vm{});
  task_ = followed{*found, {}, "taken over after a lost answer", {}, followed::cause::taken_over};
  go(phase::recording_task, ask::record{*task_});
}

void course::on_effect(const event& e, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e)) {
    if (is_settled(now) && now - answered_at_ >= patience_.unreadable)
      return close(unseen(failed->why));
    return search_again(now);
  }
  answered_at_ = now;
  if (std::holds_alternative<told::vm_gone>(e)) {
    if (is_gone_for_good(now) && is_settled(now)) return close(vanished());
    return search_again(now);
  }
  expect<told::vm>(e);
  const auto& license = std::get<told::vm>(e).license;
  gone_since_.reset();
  if (is_as_asked(license)) return close(as_asked(license));
  if (is_settled(search_began_)) return close(not_as_asked(license));
  search_again(now);
}

void course::search_again(time_point now) { pause(phase::waiting_for_trace, now, settled_at()); }

// ---- the task ----

void course::follow(time_point now) {
  wait_anew(now);
  go(phase::following, ask::task{task_->task});
}

void course::on_task(const event& e, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e)) {
    if (now - answered_at_ < patience_.unreadable) return pause(phase::waiting_for_end, now);
    return stop_following(followed::cause::unreadable,
                          fmt::format("could not be read for {}: {}",
                                      duration_text(patience_.unreadable), words(failed->why)));
  }
  expect<told::task>(e);
  answered_at_ = now;
  task_->state = std::get<told::task>(e).state;
  if (task_->state.is_over()) {
    ended_at_ = now;
    if (!task_->state.is_done()) task_->description = std::get<told::task>(e).description;
    return stop_following(followed::cause::none, {});
  }
  if (now - posted_at_ < patience_.task) return pause(phase::waiting_for_end, now);
  stop_following(followed::cause::no_end,
                 fmt::format("did not end within {}", duration_text(patience_.task)));
}

void course::stop_following(followed::cause why, std::string message) {
  task_->why = why;
  task_->message = std::move(message);
  go(phase::recording_end, ask::record{*task_});
}

// ---- and the VM again ----

void course::look_after(time_point now) {
  wait_anew(now);
  go(phase::looking_after, ask::vm{});
}

void course::on_look_after(const event& e, time_point now) {
  if (const auto* const failed = std::get_if<told::unanswered>(&e)) {
    if (now - answered_at_ < patience_.unreadable) return pause(phase::waiting_for_look, now);
    return close(unseen(failed->why));
  }
  if (std::holds_alternative<told::vm_gone>(e)) {
    answered_at_ = now;
    if (sent_->got == sent::answer::refused || is_gone_for_good(now)) return close(vanished());
    return pause(phase::waiting_for_look, now);
  }
  expect<told::vm>(e);
  answered_at_ = now;
  gone_since_.reset();
  conclude(std::get<told::vm>(e).license, now);
}

// Success shows at once; that it did not succeed, only when it has had the time to show.
void course::conclude(const std::optional<std::string>& license, time_point now) {
  if (is_as_asked(license)) return close(as_asked(license));
  if (may_have_missed() && !is_settled(now)) return search_again(now);
  if (ended_at_ && !is_settled(now)) return pause(phase::waiting_for_look, now, settled_at());
  close(not_as_asked(license));
}

} // namespace ovhl::licensing
