// VMs by the words that people have for them: a name or an ID. Pure.
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

// By ID where the word is a number that some VM has as its ID, else by name, whatever the case.
std::vector<found_vm> find_vms(const licensing::inventory&, std::string_view word);
// That there is none, with a name that is near.
error no_such_vm(const licensing::inventory&, std::string_view word);

} // namespace ovhl::agent
