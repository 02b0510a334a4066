// Compares an approved plan with the present state, for `apply --plan`. Pure.
#pragma once

#include "agent/setup.hpp"
#include "ledger/history.hpp"
#include "licensing/correction.hpp"
#include "publish/apply.hpp"
#include "publish/plan_file.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace ovhl::agent {

// Whether the plan was made for this policy and these accounts; the error says what differs.
result<void> made_for(const publish::approved_plan&, const setup&);

// Whether the plan may still be applied: an old one only if `old` is set, one from the future
// never.
result<void> in_time(const publish::approved_plan&, instant now, bool old);
inline constexpr std::chrono::days old_age{7};
// "The plan was made 3 h 20 min ago, at 2027-01-15T08:05:00Z."
std::string age_of(const publish::approved_plan&, instant now);
// A plan can be applied only once. If any of it was started before, the error says when and by
// whom.
result<void> not_applied_yet(const publish::approved_plan&, const ledger::history&);

// The corrections that are still due exactly as planned, and the others with the reason: dropped,
// or held if nothing is known about the VM.
struct still_due {
  std::vector<licensing::correction> due;
  std::vector<publish::apply_row> dropped;
};
still_due compare(const publish::approved_plan&, std::vector<licensing::correction> due,
                  const licensing::inventory& seen);

// A correction as the tables of `apply` show it.
publish::apply_row row_of(const licensing::correction&, licensing::correction_state);

} // namespace ovhl::agent
