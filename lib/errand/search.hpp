// After a lost answer: searches for the request's trace and for its effect, until nothing can come
// of the request any more.
#pragma once

#include "errand/records.hpp"
#include "errand/sent_request.hpp"
#include "errand/steps.hpp"

#include <cstdint>
#include <variant>

namespace ovhl::errand {

class search {
 public:
  // What to do next; or the trace that was found; or how the errand ended without one.
  using what_next = std::variant<step, trace, ending>;
  step begin(time_point now);
  step begin_later(sent_request&, time_point now);
  what_next take(const event&, sent_request&, time_point now);

 private:
  enum class phase : std::uint8_t { looking_for_trace, looking_for_effect, waiting };

  what_next on_trace(const event&, sent_request&, time_point now);
  what_next on_effect(const event&, sent_request&, time_point now);
  what_next unanswered(const error& why, sent_request&, time_point now);

  phase at_ = phase::waiting;
  time_point began_{}; // the present round
};

} // namespace ovhl::errand
