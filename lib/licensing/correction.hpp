// The corrections that a decision makes due, as orders somebody could carry out.
#pragma once

#include "licensing/decide.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ovhl::licensing {

struct correction {
  vm_key which;
  licensing::action action{};
  std::optional<std::string> from; // the license declared now
  std::optional<std::string> to;   // the license to declare; none with removeLicense
  bool bypass = false;
  licensing::mode mode{};
  licensing::verdict verdict{};
  bool from_complete_list = false; // without it nobody may act on this, only show it
};

// In the inventory's order: one for every decision with an action, but none in a datacenter that
// was never seen completely.
std::vector<correction> due(const inventory&, const decisions&, const policy&);

} // namespace ovhl::licensing
