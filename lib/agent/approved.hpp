// What of an approved plan still holds: pure comparisons for `apply --plan`.
#pragma once

#include "agent/setup.hpp"
#include "licensing/correction.hpp"
#include "publish/plan.hpp"

#include <string>
#include <vector>

namespace ovhl::agent {

// Whether the plan was made for this policy and these accounts; the error says what differs.
result<void> made_for(const publish::approved_plan&, const setup&);

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
