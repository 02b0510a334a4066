// The second half of an errand, once its request may have left: records the answer, follows the
// trace to its end (after a lost answer, finds it first), and looks whether the goal was reached.
#pragma once

#include "errand/endings.hpp"
#include "errand/goal.hpp"
#include "errand/records.hpp"
#include "errand/steps.hpp"
#include "errand/waiting.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace ovhl::errand {

class after_request {
 public:
  // `sent`: the request left no later.
  after_request(std::shared_ptr<const goal>, errand::past, const patience&, time_point sent);

  // What to do next; or how it ended.
  using what_next = std::variant<step, ending>;
  what_next record_answer(answer); // begins with it
  what_next go_on(time_point now); // from what is recorded
  what_next take(const event&, time_point now);

  const errand::past& past() const noexcept { return past_; } // what is recorded of it

 private:
  enum class phase : std::uint8_t {
    recording_answer,
    looking_for_trace,  // after a lost answer: is there a trace …
    looking_for_effect, // … or what was asked for
    waiting_for_trace,
    recording_trace, // that was found in place of the lost answer
    following,
    waiting_for_end,
    recording_end, // of the trace
    looking,
    waiting_for_look
  };

  step go(phase, step);
  step pause(phase, time_point now, std::optional<time_point> latest = std::nullopt);
  step search(time_point now);
  step search_again(time_point now);
  step follow(time_point now);
  step look(time_point now);
  step stop_following(trace::cause, std::string message);

  // What came of the question of each phase.
  what_next on_trace(const event&, time_point now);
  what_next on_effect(const event&, time_point now);
  what_next on_state(const event&, time_point now);
  what_next on_look(const event&, time_point now);
  what_next conclude(const std::optional<std::string>& found, time_point now);

  // From then on nothing shows any more that does not yet.
  time_point settled_at() const;

  std::shared_ptr<const goal> goal_;
  waiting waiting_; // for what it waits for now
  errand::past past_;
  time_point sent_at_;
  phase at_ = phase::recording_answer;
  std::optional<time_point> ended_at_; // the trace was seen to have ended
  time_point search_began_{};          // the present round of it
};

} // namespace ovhl::errand
