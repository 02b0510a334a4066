// The life of one change at OVHcloud as a state machine without side effects: it says what to do
// next and learns what came of it. After a crash it continues from what is on record.
//
//   others at work? → a look → intent recorded → request, once → answer recorded →
//   the trace to its end → a look again → ending recorded → finished
#pragma once

#include "errand/after_request.hpp"
#include "errand/before_request.hpp"
#include "errand/goal.hpp"
#include "errand/records.hpp"
#include "errand/steps.hpp"
#include "errand/waiting.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

namespace ovhl::errand {

// What it does now, for the status.
struct progress {
  enum class kind : std::uint8_t {
    running,
    searching, // the answer was lost: was the request carried out?
    waiting    // for somebody else's trace
  };
  kind is = kind::running;
  std::optional<std::int64_t> trace;
};

class course {
 public:
  using time_point = errand::time_point;

  course(std::shared_ptr<const goal>, patience, time_point now);
  // Continues after a restart. The request left before `now`; only the wall clock could tell how
  // long before, and it may have been set.
  course(std::shared_ptr<const goal>, past, patience, time_point now);

  // What to do at first, and after each event. After ask::finish there is nothing more.
  const step& next() const noexcept { return next_; }
  void take(const event&, time_point now);

  errand::progress progress() const;

 private:
  void on_first_half(before_request::what_next, time_point now);
  void on_second_half(after_request::what_next);
  void close(ending);

  std::variant<before_request, after_request> half_;
  step next_;
  std::optional<ending> end_; // is being recorded
};

} // namespace ovhl::errand
