// What `apply` shows: what it will do, each correction as it ends, and the results.
#pragma once

#include "base/terminal.hpp"
#include "publish/plan.hpp"

#include <optional>
#include <span>
#include <string>

namespace ovhl::publish {

struct apply_row : plan_row {
  licensing::correction_state current;  // before: as admitted; afterwards: how it stands
  std::optional<licensing::ending> end; // afterwards, if it began
  bool settled = false;                 // dropped, because nothing is due any more
};
// What the rows were made from.
struct apply_view {
  bool complete = true;  // everything could be read
  bool narrowed = false; // by --vm or --only
};
// Before the question: what `apply` will do (and which guards that exceeds), and what it will not
// do and why. More than `few_rows` are shown as causes.
std::string apply_table(std::span<const apply_row>, std::span<const datacenter_row>,
                        const terminal&, const apply_view& = {});
// One line for a correction that ended.
std::string result_line(const apply_row&, std::span<const datacenter_row>);
// Afterwards: what was not done, and the totals.
std::string results_table(std::span<const apply_row>, std::span<const datacenter_row>,
                          const terminal&);

} // namespace ovhl::publish
