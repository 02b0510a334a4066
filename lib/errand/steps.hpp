// The steps that an errand asks for, and the events that answer them.
#pragma once

#include "base/error.hpp"
#include "errand/endings.hpp"
#include "errand/records.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>

namespace ovhl::errand {

// ---- what to do next ----

namespace ask {
struct find {}; // a trace that is under way on the same thing → told::found, told::unanswered
struct look {   // → told::seen, told::vanished, told::unanswered
  // Before the request, a look also checks whether the errand still stands; and → told::outdated if
  // no request can leave while the look is fresh.
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
struct finish { // the errand is over, and everything is on record
  ending how;
  std::optional<setback> back; // if set, there is no ending: nothing was sent or recorded
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
struct vanished {}; // the object does not exist any more
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
struct outdated {}; // unsent: the look before it is too old
struct state {
  trace_state is;
  std::string description = {};
};
struct unanswered { // the question could not be answered this time
  error why;
};
struct passed {};
} // namespace told
using event =
    std::variant<told::found, told::seen, told::vanished, told::recorded, told::not_recorded,
                 told::accepted, told::refused, told::lost, told::unsent, told::outdated,
                 told::state, told::unanswered, told::passed>;

// The event does not answer the step: a bug of whoever carries out the steps.
[[noreturn]] inline void unexpected() {
  throw std::logic_error("an errand received an event that it had not asked for");
}
template <class T>
const T& expect(const event& e) {
  if (const auto* const it = std::get_if<T>(&e)) return *it;
  unexpected();
}

} // namespace ovhl::errand
