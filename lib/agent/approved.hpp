// What of an approved plan still holds: pure comparisons for `apply --plan`.
#pragma once

#include "agent/setup.hpp"
#include "ledger/history.hpp"
#include "licensing/correction.hpp"
#include "publish/apply.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace ovhl::agent {

// Whether the plan was made for this policy and these accounts; the error says what differs.
result<void> made_for(const publish::approved_plan&, const setup&);

// Whether it may still be applied: an old one only where `old` is allowed, one from the future
// never.
result<void> in_time(const publish::approved_plan&, instant now, bool old);
inline constexpr std::chrono::days old_age{7};
// "The plan was made 3 h 20 min ago, at 2027-01-15T08:05:00Z."
std::string age_of(const publish::approved_plan&, instant now);
// A plan is applied once: refused where something of it was begun, with when and by whom.
result<void> not_applied_yet(const publish::approved_plan&, const ledger::history&);

// The corrections of the plan that are due exactly as they stand in it, and the plan's others, each
// with why not: dropped, or held where nothing is known of it.
struct still_due {
  std::vector<licensing::correction> due;
  std::vector<publish::apply_line> dropped;
};
still_due compare(const publish::approved_plan&, std::vector<licensing::correction> due,
                  const licensing::inventory& seen);

// How a correction stands in the tables of `apply`.
publish::apply_line line_of(const licensing::correction&, licensing::standing);

} // namespace ovhl::agent
