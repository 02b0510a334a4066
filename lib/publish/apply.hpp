// What `apply` tells a person: what it will make, each correction as it ends, and what became of
// all.
#pragma once

#include "publish/plan.hpp"

#include <optional>
#include <span>
#include <string>

namespace ovhl::publish {

struct apply_line : plan_line {
  licensing::standing standing;         // before: as admitted; afterwards: how it stands
  std::optional<licensing::ending> end; // afterwards, of those that began
  bool settled = false;                 // dropped, for nothing is due any more
};
// Before the question: what it will do (and which guards that exceeds), what it will not do and
// why; of more than `few_rows` their causes.
std::string apply_table(std::span<const apply_line>, std::span<const datacenter_line>,
                        const terminal&);
// One that has ended: a line.
std::string result_line(const apply_line&, std::span<const datacenter_line>);
// Afterwards: what was not done, and a sum of everything.
std::string results_table(std::span<const apply_line>, std::span<const datacenter_line>,
                          const terminal&);

} // namespace ovhl::publish
