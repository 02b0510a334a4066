// The second half of an errand, once its request may have left: records the answer, follows the
// trace to its end (after a lost answer, searches for it first), and looks whether the goal was
// reached.
#pragma once

#include "errand/endings.hpp"
#include "errand/goal.hpp"
#include "errand/records.hpp"
#include "errand/search.hpp"
#include "errand/sent_request.hpp"
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

  const errand::past& past() const noexcept { return sent_; } // what is recorded of it

 private:
  enum class phase : std::uint8_t {
    recording_answer,
    searching,
    recording_trace, // that was found in place of the lost answer
    following,
    waiting_for_end,
    recording_end, // of the trace
    looking,
    waiting_for_look
  };

  step go(phase, step);
  step pause(phase, time_point now, std::optional<time_point> latest = std::nullopt);
  step follow(time_point now);
  step look(time_point now);
  step stop_following(trace::cause, std::string message);

  // What came of the question of each phase.
  what_next on_search(search::what_next);
  what_next on_state(const event&, time_point now);
  what_next on_look(const event&, time_point now);
  what_next conclude(const std::optional<std::string>& found, time_point now);

  sent_request sent_;
  phase at_ = phase::recording_answer;
  search search_;
};

} // namespace ovhl::errand
