// What an errand asks for, step by step, and what it is told in return.
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

// For what no step can be answered with: a bug of whoever carries it out.
[[noreturn]] inline void unexpected() {
  throw std::logic_error("an errand received an event that it had not asked for");
}
template <class T>
const T& expect(const event& e) {
  if (const auto* const it = std::get_if<T>(&e)) return *it;
  unexpected();
}

} // namespace ovhl::errand
