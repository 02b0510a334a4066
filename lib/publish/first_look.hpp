// One line after a login: how many VMs there are, by what they mean.
#pragma once

#include "publish/snapshot.hpp"

#include <span>
#include <string>

namespace ovhl::publish {

// "26 VMs: 12 right, 4 undeclared (audit risk), 2 billed for nothing": only what is not zero.
std::string fleet_in_words(std::span<const datacenter_line>);

} // namespace ovhl::publish
