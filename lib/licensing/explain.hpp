// Why a VM got its verdict: every rule and entry that was tried, in order.
#pragma once

#include "licensing/decide.hpp"

#include <string>
#include <vector>

namespace ovhl::licensing {

// A rule or map entry that was tried, whether it decides, and why (not). At most one decides. If
// the other guest OS leads to something else, a last element says so. The list is empty if nothing
// was tried: the VM is managed, or its data is contradictory or damaged.
struct tried_source {
  source what;
  bool fits = false;
  std::string why;
};
std::vector<tried_source> explain(const vm&, const place&, const policy&, day today);

} // namespace ovhl::licensing
