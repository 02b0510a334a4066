#include "errand/course.hpp"

#include <utility>

namespace ovhl::errand {

course::course(std::shared_ptr<const goal> wanted, patience p, time_point now)
    : half_(std::in_place_type<before_request>, std::move(wanted), p) {
  on_first_half(std::get<before_request>(half_).begin(now), now);
}

course::course(std::shared_ptr<const goal> wanted, past before, patience p, time_point now)
    : half_(std::in_place_type<after_request>, std::move(wanted), std::move(before), p, now) {
  auto& after = std::get<after_request>(half_);
  if (after.past().answer)
    on_second_half(after.go_on(now));
  else
    on_second_half(after.record_answer({answer::kind::lost,
                                        {},
                                        "the program ended before the answer",
                                        0,
                                        {},
                                        answer::cause::program_ended}));
}

void course::take(const event& e, time_point now) {
  if (std::holds_alternative<ask::finish>(next_)) unexpected();
  if (end_) {
    expect<told::recorded>(e);
    next_ = ask::finish{*end_, std::nullopt};
  } else if (auto* const after = std::get_if<after_request>(&half_)) {
    on_second_half(after->take(e, now));
  } else {
    on_first_half(std::get<before_request>(half_).take(e, now), now);
  }
}

void course::on_first_half(before_request::what_next what, time_point now) {
  if (auto* const next = std::get_if<step>(&what)) {
    next_ = std::move(*next);
  } else if (auto* const end = std::get_if<ending>(&what)) {
    close(std::move(*end));
  } else if (auto* const back = std::get_if<setback>(&what)) {
    next_ = ask::finish{{}, std::move(*back)};
  } else {
    const auto& before = std::get<before_request>(half_);
    const std::shared_ptr<const goal> wanted = before.wanted();
    const patience limits = before.limits();
    auto& after = half_.emplace<after_request>(wanted, past{}, limits, now);
    on_second_half(after.record_answer(std::get<answer>(std::move(what))));
  }
}

void course::on_second_half(after_request::what_next what) {
  if (auto* const next = std::get_if<step>(&what))
    next_ = std::move(*next);
  else
    close(std::get<ending>(std::move(what)));
}

void course::close(ending end) {
  next_ = ask::record{end};
  end_ = std::move(end);
}

progress course::progress() const {
  using kind = errand::progress::kind;
  if (const auto* const before = std::get_if<before_request>(&half_))
    return {before->theirs() ? kind::waiting : kind::running, before->theirs()};
  const past& known = std::get<after_request>(half_).past();
  if (known.trace) return {kind::running, known.trace->id};
  const bool lost = known.answer && known.answer->got == answer::kind::lost;
  return {lost ? kind::searching : kind::running, std::nullopt};
}

} // namespace ovhl::errand
