// licensing::correction_states from and to a plain list, for tests to write down and to compare.
#pragma once

#include "licensing/correction_states.hpp"

#include <cstddef>
#include <vector>

namespace ovhl::licensing::testing {

inline correction_states kept(const std::vector<correction_state>& each) {
  correction_states all(each.size());
  for (std::size_t i = 0; i < each.size(); ++i)
    all.set(i, each[i]);
  return all;
}

inline std::vector<correction_state> listed(const correction_states& all) {
  std::vector<correction_state> each;
  for (std::size_t i = 0; i < all.size(); ++i)
    each.push_back(all[i]);
  return each;
}

} // namespace ovhl::licensing::testing
