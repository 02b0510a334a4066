// licensing::standings from and to a plain list, for tests to write down and to compare.
#pragma once

#include "licensing/standings.hpp"

#include <cstddef>
#include <vector>

namespace ovhl::licensing::testing {

inline standings kept(const std::vector<standing>& each) {
  standings all(each.size());
  for (std::size_t i = 0; i < each.size(); ++i)
    all.set(i, each[i]);
  return all;
}

inline std::vector<standing> listed(const standings& all) {
  std::vector<standing> each;
  for (std::size_t i = 0; i < all.size(); ++i)
    each.push_back(all[i]);
  return each;
}

} // namespace ovhl::licensing::testing
