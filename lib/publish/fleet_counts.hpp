// Counts VMs by their verdicts: for `plan`, and for one line after a login.
#pragma once

#include "publish/snapshot.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string>

namespace ovhl::publish {

struct fleet_counts {
  std::size_t vms = 0;
  std::array<std::size_t, licensing::verdict_count> verdicts{};
  std::size_t acknowledged = 0; // of the reviews

  std::size_t& operator[](licensing::verdict v) noexcept {
    return verdicts[static_cast<std::size_t>(v)];
  }
};
fleet_counts counts_of(std::span<const datacenter_row>) noexcept;

// "26 VMs: 12 right, 4 undeclared (audit risk), 2 billed for nothing": only what is not zero.
std::string fleet_in_words(fleet_counts);

} // namespace ovhl::publish
