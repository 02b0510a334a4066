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

// By ID if the word is the ID of a VM, otherwise by name, ignoring case.
std::vector<found_vm> find_vms(const licensing::inventory&, std::string_view word);
// The error for a VM that does not exist, with a similar name.
error no_such_vm(const licensing::inventory&, std::string_view word);

} // namespace ovhl::agent
