#include "agent/correction_job.hpp"

#include <fmt/format.h>

#include <utility>

namespace ovhl::agent {

namespace told = errand::told;
using boost::asio::awaitable;
using errand::event;
using licensing::correction_state;

void unknown_task::set(bool now) {
  if (now != std::exchange(counted_, now)) door_.unknown(where_, now ? 1 : -1);
}

correction_job::correction_job(correction_hands& hands, goal wanted, errand::course c,
                               std::int64_t intent)
    : errand_job(std::move(c), intent != 0),
      hands_(hands),
      goal_(std::move(wanted)),
      intent_(intent),
      unknown_(hands.door, what().which.where) {}

awaitable<event> correction_job::find() {
  co_return co_await hands_.door.find(what(), looked_, so_far().sent);
}

awaitable<event> correction_job::look(bool before) {
  co_return co_await hands_.door.look(what(), looked_, before);
}

awaitable<event> correction_job::record(errand::note what_came) {
  if (std::holds_alternative<errand::intent>(what_came)) {
    const auto number = co_await hands_.record(goal_->wanted());
    if (!number) co_return told::not_recorded{number.error()};
    intent_ = *number;
    co_return told::recorded{};
  }
  licensing::note note = std::visit(
      [&](auto& n) -> licensing::note {
        if constexpr (std::is_same_v<std::decay_t<decltype(n)>, errand::intent>)
          return goal_->wanted();
        else
          return std::move(n);
      },
      what_came);
  co_await hands_.note(intent_, what(), std::move(note));
  co_return told::recorded{};
}

awaitable<event> correction_job::send(std::function<void()> leaves) {
  const auto last_word = [&, this]() -> std::optional<error> {
    if (const auto why = objection()) {
      error e;
      e.kind = failure::canceled;
      e.message = why->words;
      return e;
    }
    leaves();
    unknown_.set(true);
    return std::nullopt;
  };
  const event came = co_await hands_.door.send(what(), looked_, last_word);
  has_task_ = std::holds_alternative<told::accepted>(came);
  co_return came;
}

awaitable<event> correction_job::follow(std::int64_t task) {
  has_task_ = true;
  unknown_.set(false);
  co_return co_await hands_.door.follow(what(), task);
}

std::optional<correction_state> correction_job::objection() const {
  return hands_.objection(what().which.where, looked_.policy, so_far().canceled);
}

bool correction_job::may_begin() {
  const auto why = objection();
  if (why) hands_.let_go(what().which, *why);
  return !why;
}

void correction_job::canceled() {
  hands_.let_go(what().which, {licensing::due_state::held, {}, {}, "canceled before it began", {}});
}

void correction_job::changed() {
  unknown_.set(so_far().sent && !has_task_);
  hands_.changed(what().which, state());
}

void correction_job::finished(const errand::ask::finish& end) {
  hands_.finished(what(), end,
                  end.back ? state_of(*end.back, *goal_) : licensing::state_of(end.how));
}

std::string correction_job::name() const {
  return fmt::format("the correction of VM {}", what().which.id);
}

correction_state correction_job::state() const {
  return licensing::state_of(so_far().course.progress(), *goal_);
}

} // namespace ovhl::agent
