// The life of one change at OVHcloud as a state machine without side effects: it says what to do
// next and learns the outcome. Whoever carries it out keeps no state; after a crash it continues
// from what is on record.
//
//   others at work? → a look → intent recorded → request, once → answer recorded →
//   the trace to its end → a look again → ending recorded → finished
#pragma once

#include "base/error.hpp"
#include "errand/endings.hpp"
#include "errand/goal.hpp"
#include "errand/records.hpp"
#include "errand/waiting.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace ovhl::errand {

// ---- what to do next ----

namespace ask {
struct find {}; // a trace that is under way on the same thing → told::found, told::unanswered
struct look {   // → told::seen, told::vanished, told::unanswered
  // Before the request: also whether it still stands, by all that it rests on; and told::outdated,
  // where no request can leave while that is fresh.
  bool before = false;
};
struct record { // → told::recorded; an intent also → told::not_recorded
  note what;
};
struct send {}; // the goal's request → told::accepted, refused, lost, unsent, outdated
struct follow { // → told::state, told::unanswered
  std::int64_t trace = 0;
};
struct pause { // → told::passed
  std::chrono::milliseconds how_long{};
};
struct finish { // it is over, all is recorded
  ending how;
  std::optional<setback> back; // instead: nothing was sent, and nothing recorded
};
} // namespace ask
using step = std::variant<ask::find, ask::look, ask::record, ask::send, ask::follow, ask::pause,
                          ask::finish>;

// ---- what came of it ----

namespace told {
struct found {
  std::optional<std::int64_t> trace; // one that is under way and concerns the same thing
};
struct seen {
  std::optional<std::string> found;    // what there is now, in the goal's terms
  std::optional<std::string> outdated; // why the errand does not stand any more, for people
};
struct vanished {}; // what it is about is not there any more
struct recorded {};
struct not_recorded {
  error why;
};
struct accepted {
  std::int64_t trace = 0;
  std::string query_id;
};
struct refused {
  error why;
};
struct lost {
  error why;
};
struct unsent {
  error why;
};
struct outdated {}; // unsent: what was looked at before is too old to act on
struct state {
  trace_state is;
  std::string description = {};
};
struct unanswered { // whatever was asked could not be found out this time
  error why;
};
struct passed {};
} // namespace told
using event =
    std::variant<told::found, told::seen, told::vanished, told::recorded, told::not_recorded,
                 told::accepted, told::refused, told::lost, told::unsent, told::outdated,
                 told::state, told::unanswered, told::passed>;

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
  // Goes on after a restart. What was sent left before; how long before only the wall clock could
  // tell, and it may have been set.
  course(std::shared_ptr<const goal>, past, patience, time_point now);

  // What to do at first, and after each event. After ask::finish there is nothing more.
  const step& next() const noexcept { return next_; }
  void take(const event&, time_point now);

  errand::progress progress() const;

 private:
  // What is waited for, in the order in which an errand meets them.
  enum class phase : std::uint8_t {
    looking_for_others,
    waiting_for_others,
    looking_before,
    recording_intent,
    sending,
    recording_answer,
    looking_for_trace,  // after a lost answer: is there a trace …
    looking_for_effect, // … or what was asked for
    waiting_for_trace,
    recording_trace, // that was found in place of the lost answer
    following,
    waiting_for_end,
    recording_end, // of the trace
    looking_after,
    waiting_for_look,
    recording_ending,
    finished
  };

  void go(phase, step);
  void pause(phase, time_point now, std::optional<time_point> latest = std::nullopt);
  void close(ending);
  void step_back(setback); // with nothing sent

  void look_before(time_point now);
  void look_again_before(time_point now);
  // What came of the question of each phase.
  void on_others(const event&, time_point now);
  void on_look_before(const event&);
  void on_intent_recorded(const event&);
  void on_answer(const event&);
  void on_trace(const event&, time_point now);
  void on_effect(const event&, time_point now);
  void on_state(const event&, time_point now);
  void on_look_after(const event&, time_point now);

  void record_answer(errand::answer);
  void go_on(time_point now); // from what is recorded
  void search(time_point now);
  void search_again(time_point now);
  void follow(time_point now);
  void stop_following(trace::cause, std::string message);
  void look_after(time_point now);
  void conclude(const std::optional<std::string>& found, time_point now);

  time_point settled_at() const; // from then on nothing shows any more that does not yet
  bool is_settled(time_point when) const { return when >= settled_at(); }
  bool may_have_missed() const; // the trace taken over may not be ours

  std::shared_ptr<const goal> goal_;
  waiting waiting_; // for what it waits for now
  past past_;       // what is recorded of it
  step next_;
  phase at_ = phase::looking_for_others;
  time_point sent_at_{};               // the request left no later
  std::optional<time_point> ended_at_; // the trace was seen to have ended
  time_point search_began_{};          // the present round of it
  int rounds_ = 0;                     // of looks before the request
  bool recorded_ = false;              // the intent
  std::optional<std::int64_t> theirs_; // somebody else's trace that is waited for
  ending end_;
};

} // namespace ovhl::errand
