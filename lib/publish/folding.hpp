// Folds causes for a screen: if there are many, those that differ only in the declared license
// become one. Pure.
#pragma once

#include "publish/causes.hpp"
#include "publish/render.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace ovhl::publish {

// More causes than this are folded, and only so many are shown.
inline constexpr std::size_t causes_shown = 8;

struct folded_cause : cause_row {
  std::size_t licenses = 1; // now declared; if several, `license` is one, and `reason` has "'…'"
};

// The most urgent first, then those of most VMs. Up to `causes_shown` stay as they are.
std::vector<folded_cause> folded(std::vector<cause_row>);

// "windows 2019 Standard", "none", "31 different licenses".
cell declared_cell(const folded_cause&);

// "2 more causes (5 VMs) are not shown; to see them: …". Empty if all are shown.
std::string not_shown_text(const std::vector<folded_cause>&);

} // namespace ovhl::publish
