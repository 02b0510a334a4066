// Finds VMs by name or ID. Pure.
#pragma once

#include "base/error.hpp"
#include "licensing/inventory.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace ovhl::agent {

struct found_vm {
  std::size_t datacenter = 0, vm = 0;
};

// All that have the word as ID or as name, ignoring case.
std::vector<found_vm> find_vms(const licensing::inventory&, std::string_view word);
// The error for a VM that does not exist or was not seen, with a similar name.
error no_such_vm(const licensing::inventory&, std::string_view word);

} // namespace ovhl::agent
