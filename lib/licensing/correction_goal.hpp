// A correction as the goal of an errand: what is wanted and by whom, whether it is reached, and how
// the errand's state is shown.
#pragma once

#include "errand/course.hpp"
#include "licensing/correction.hpp"
#include "licensing/correction_state.hpp"
#include "licensing/requester.hpp"
#include "licensing/task_state.hpp"

#include <optional>
#include <string>
#include <variant>

namespace ovhl::licensing {

// What is to be done, why, and who wants it.
struct intent {
  correction what;
  requester by;
  std::string policy; // its id

  friend bool operator==(const intent&, const intent&) = default;
};

// The words of the ledger for what is recorded of an errand.
using sent = errand::answer;
using followed = errand::trace; // a task
using ending = errand::ending;
using outcome = errand::outcome;
using errand::all_outcomes;
using errand::is_busy;
using errand::name;
using errand::outcome_count;
using note = std::variant<intent, sent, followed, ending>;

// What the ledger holds of a correction that has not come to its end.
struct unfinished {
  intent wanted;
  std::optional<licensing::sent> sent;
  std::optional<followed> task; // the last
};

errand::trace_state trace_state_of(const task_state&);

// Whether the correction was dropped because the VM had the wanted license before a request was
// sent.
bool turned_without_us(action, const std::optional<std::string>& to, const ending&) noexcept;

// Adds advice to a refusal; `for_guest_os`: the license does not fit the configured guest OS.
error with_advice(error refusal, bool for_guest_os, const correction&);

class correction_goal final : public errand::goal {
 public:
  explicit correction_goal(intent wanted) : wanted_(std::move(wanted)) {}

  const intent& wanted() const noexcept { return wanted_; }
  bool is_reached(const std::optional<std::string>& license) const override;
  std::string in_words(const std::optional<std::string>& license) const override;
  words nouns() const override { return {"the VM", "task", "the license is as requested"}; }

 private:
  intent wanted_;
};

// The state that the status shows.
correction_state state_of(const errand::progress&, const correction_goal&);
correction_state state_of(const errand::setback&, const correction_goal&);
correction_state state_of(const ending&);

} // namespace ovhl::licensing
