// The course of an errand that is no correction: an order, say. The whole course is tested with
// corrections (unit/licensing); here stands that it needs nothing of them.
#include "errand/course.hpp"
#include "support/printing.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using namespace ovhl;
using namespace ovhl::errand;
using std::chrono::seconds;

namespace {

// The domain ends in the year after.
class renewed final : public goal {
 public:
  bool is_reached(const std::optional<std::string>& found) const override {
    return found == "2028-01-15";
  }
  std::string in_words(const std::optional<std::string>& found) const override {
    return "it ends on " + found.value_or("no day");
  }
  words nouns() const override { return {"the service", "order", "the end is as requested"}; }
};

course an_order(patience p = {}) { return {std::make_shared<renewed>(), p, {}}; }
course after_restart(past before) {
  patience p;
  p.settling = seconds(1);
  return {std::make_shared<renewed>(), std::move(before), p, {}};
}

told::seen ends_on(std::string day) { return {std::move(day), std::nullopt}; }
told::state in(trace_state::kind is, std::string word) { return {{is, std::move(word)}, {}}; }

error an_error(std::string message, failure kind) {
  error e;
  e.message = std::move(message);
  e.kind = kind;
  return e;
}

// Told as listed; what is recorded and waited for goes by itself. The ending.
ending ended(course c, const std::vector<event>& told) {
  course::time_point now{};
  for (std::size_t next = 0;;) {
    const step asked = c.next();
    if (const auto* const end = std::get_if<ask::finish>(&asked)) return end->how;
    if (const auto* const p = std::get_if<ask::pause>(&asked)) {
      now += p->how_long;
      c.take(told::passed{}, now);
    } else if (std::holds_alternative<ask::record>(asked)) {
      c.take(told::recorded{}, now);
    } else {
      c.take(told.at(next++), now);
    }
  }
}

} // namespace

TEST_CASE("an errand asks, sends once, follows and looks again, whatever its goal") {
  const ending end =
      ended(an_order(), {told::found{}, ends_on("2027-01-15"), told::accepted{77, "EU.ext-1"},
                         in(trace_state::kind::under_way, "delivering"),
                         in(trace_state::kind::done, "delivered"), ends_on("2028-01-15")});
  CHECK(end.how == outcome::done);
  CHECK(end.found == "2028-01-15");
  CHECK(end.trace == 77);
  CHECK(end.message.empty());
}

TEST_CASE("how it ended is told in the goal's words") {
  patience brief;
  brief.settling = seconds(0);
  const ending end =
      ended(an_order(brief), {told::found{}, ends_on("2027-01-15"), told::accepted{77, {}},
                              in(trace_state::kind::done, "delivered"), ends_on("2027-01-15")});
  CHECK(end.how == outcome::failed);
  CHECK(end.message == "order 77 is done, but it ends on 2027-01-15");
  const ending late =
      ended(after_restart({}),
            {told::found{5}, in(trace_state::kind::failed, "canceled"), ends_on("2028-01-15")});
  CHECK(late.how == outcome::done);
  CHECK(late.message == "order 5 ended with 'canceled'; but the end is as requested");
}

TEST_CASE("an errand that is let go before its intent says why, as a value") {
  course c = an_order();
  c.take(told::found{}, {});
  c.take(told::unanswered{an_error("no answer", failure::timeout)}, {});
  const auto& end = std::get<ask::finish>(c.next());
  REQUIRE(end.back);
  CHECK(end.back->why == setback::cause::unreadable);
  CHECK(in_words(*end.back, renewed()) == "no answer");
  CHECK(in_words({setback::cause::others, {}, 7}, renewed()) ==
        "order 7 (not ours) is still running on the service");
}

TEST_CASE("what it is doing is a value, too") {
  using kind = progress::kind;
  course c = an_order();
  CHECK(c.progress().is == kind::running);
  c.take(told::found{7}, {});
  CHECK(c.progress().is == kind::waiting);
  CHECK(c.progress().trace == 7);
  const course lost = after_restart({answer{}, std::nullopt});
  CHECK(lost.progress().is == kind::searching);
}

TEST_CASE("causes of an answer and of a trace decide after a restart, not their messages") {
  answer off{answer::kind::unsent, {}, "reworded", 0, {}, answer::cause::called_off};
  CHECK(ended(after_restart({off, {}}), {}).how == outcome::dropped);
  off.why = answer::cause::none;
  CHECK(ended(after_restart({off, {}}), {}).how == outcome::failed);
  const answer yes{answer::kind::accepted, 7, {}, 0, {}, {}};
  trace given_up{7, {trace_state::kind::under_way, "doing"}, "reworded", {}, trace::cause::no_end};
  CHECK(ended(after_restart({yes, given_up}), {ends_on("2027-01-15")}).how ==
        outcome::inconclusive);
}

TEST_CASE("what is recorded has names") {
  CHECK(name(answer::kind::lost) == "lost");
  for (const auto c : all_answer_causes)
    CHECK(name(c).empty() == (c == answer::cause::none));
  for (const auto c : all_trace_causes)
    CHECK(name(c).empty() == (c == trace::cause::none));
  CHECK(name(outcome::inconclusive) == "inconclusive");
}
