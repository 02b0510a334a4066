// What is recorded of an errand, a change at OVHcloud: what came of its request, how far its trace
// is, and how it ended. Messages are for people; nothing compares them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace ovhl::errand {

// The errand is to be done; its goal says what it is.
struct intent {
  friend bool operator==(const intent&, const intent&) = default;
};

// What came of the request.
struct answer {
  enum class kind : std::uint8_t {
    accepted,
    refused, // the API said no: it was not carried out
    lost,    // it may or may not have been received
    unsent   // it certainly never left
  };
  // What an errand that continues after a restart must know.
  enum class cause : std::uint8_t {
    none,
    program_ended, // with lost: before the answer, perhaps before the request
    called_off     // with unsent: on purpose
  };
  kind got = kind::lost;
  std::optional<std::int64_t> trace; // with accepted
  std::string message;               // with the others: what went wrong
  int http_status = 0;
  std::string query_id;
  cause why = cause::none;

  friend bool operator==(const answer&, const answer&) = default;
};
inline constexpr std::array all_answers{answer::kind::accepted, answer::kind::refused,
                                        answer::kind::lost, answer::kind::unsent};
inline constexpr std::array all_answer_causes{answer::cause::none, answer::cause::program_ended,
                                              answer::cause::called_off};
std::string_view name(answer::kind) noexcept;
std::string_view name(answer::cause) noexcept; // "" for none
inline constexpr int http_busy = 409;          // something else is under way
bool is_busy(const answer&) noexcept;          // refused, for that reason

// The state of a trace, as far as it matters, with the API's word for it.
struct trace_state {
  enum class kind : std::uint8_t { under_way, done, failed };
  kind is = kind::under_way;
  std::string word; // for people and the record

  bool is_over() const noexcept { return is != kind::under_way; }
  bool is_done() const noexcept { return is == kind::done; }
  friend bool operator==(const trace_state&, const trace_state&) = default;
};

// What a request leaves at OVHcloud, and is followed by: a task, an order.
struct trace {
  enum class cause : std::uint8_t {
    none,       // it has ended
    taken_over, // found after a lost answer
    unreadable, // given up: it could not be read for too long
    no_end      // given up: it did not end in time
  };
  std::int64_t id = 0;
  trace_state state;
  std::string message;          // the cause, for people; empty at its end
  std::string description = {}; // at a bad end: what the API says of it
  cause why = cause::none;

  bool is_given_up() const noexcept { return why == cause::unreadable || why == cause::no_end; }
  friend bool operator==(const trace&, const trace&) = default;
};
inline constexpr std::array all_trace_causes{trace::cause::none, trace::cause::taken_over,
                                             trace::cause::unreadable, trace::cause::no_end};
std::string_view name(trace::cause) noexcept; // "" for none

enum class outcome : std::uint8_t { done, failed, inconclusive, dropped };
inline constexpr std::size_t outcome_count = 4;
inline constexpr std::array<outcome, outcome_count> all_outcomes{
    outcome::done, outcome::failed, outcome::inconclusive, outcome::dropped};
std::string_view name(outcome) noexcept;

struct ending {
  outcome how{};
  bool looked = false;              // afterwards, and saw `found`
  std::optional<std::string> found; // what there is now, in the goal's terms; null: nothing
  std::optional<std::int64_t> trace;
  std::string message; // why, for people; no full stop
  std::string query_id;
  // Whether it counts towards the pause after failures.
  bool counts() const noexcept { return how == outcome::failed || how == outcome::inconclusive; }

  friend bool operator==(const ending&, const ending&) = default;
};

using note = std::variant<intent, answer, trace, ending>;

// What the record holds of an errand that has not come to its end.
struct past {
  std::optional<errand::answer> answer;
  std::optional<errand::trace> trace; // as last recorded
};

} // namespace ovhl::errand
