// A plan for people: as text for a terminal, and for spreadsheets.
#pragma once

#include "base/terminal.hpp"
#include "publish/plan.hpp"
#include "publish/row_filter.hpp"

#include <string>
#include <utility>
#include <vector>

namespace ovhl::publish {

// What is shown of a plan. If it has more VMs than this, causes are shown instead of rows.
inline constexpr std::size_t few_rows = 12;
struct plan_choice {
  bool rows = false;                                     // each VM, however many
  row_filter only;                                       // for rows and causes
  std::vector<std::pair<std::string, std::string>> file; // facts about it: name and value
  bool just_made = true;                                 // and not read from a file
  bool switched_off = false;                             // the configuration lets none be made
};
// What `apply` would make, what the mode leaves, what needs a decision; the last line counts.
// Exempt and managed VMs are counted, and listed only on request.
std::string plan_text(const plan_document&, const terminal&, const plan_choice& = {});
// Every VM that is not compliant and matches the filter, for spreadsheets.
std::string plan_csv(const plan_document&, const row_filter&);

} // namespace ovhl::publish
