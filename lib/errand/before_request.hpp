// The first half of an errand: waits until nobody else is at work on the same thing, looks, records
// the intent, and sends the request once.
#pragma once

#include "errand/endings.hpp"
#include "errand/goal.hpp"
#include "errand/records.hpp"
#include "errand/steps.hpp"
#include "errand/waiting.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

namespace ovhl::errand {

class before_request {
 public:
  before_request(std::shared_ptr<const goal> wanted, const patience& p)
      : goal_(std::move(wanted)), waiting_(p) {}

  // What to do next; or what came of the request; or how the errand ended without one: an ending is
  // for the record, a setback is not.
  using what_next = std::variant<step, answer, ending, setback>;
  what_next begin(time_point now) { return look(now); }
  what_next take(const event&, time_point now);

  const std::shared_ptr<const goal>& wanted() const noexcept { return goal_; }
  const patience& limits() const noexcept { return waiting_.limits(); }
  // Somebody else's trace that is waited for.
  const std::optional<std::int64_t>& theirs() const noexcept { return theirs_; }

 private:
  enum class phase : std::uint8_t {
    looking_for_others,
    waiting_for_others,
    looking,
    recording_intent,
    sending
  };

  step go(phase, step);
  what_next look(time_point now);
  what_next look_again(time_point now);
  what_next step_back(setback) const;
  what_next on_others(const event&, time_point now);
  what_next on_look(const event&);
  what_next on_intent_recorded(const event&);

  std::shared_ptr<const goal> goal_;
  waiting waiting_;
  phase at_ = phase::looking_for_others;
  int rounds_ = 0;        // of looks
  bool recorded_ = false; // the intent
  std::optional<std::int64_t> theirs_;
};

} // namespace ovhl::errand
