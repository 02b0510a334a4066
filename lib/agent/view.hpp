// From the decision's values to the lines that people and programs read: pure, no clock, no file.
#pragma once

#include "licensing/correction.hpp"
#include "licensing/decide.hpp"
#include "licensing/standings.hpp"
#include "publish/snapshot.hpp"

#include <span>
#include <string>
#include <vector>

namespace ovhl::agent {

// What was seen, what it means, and under which policy: always looked at together.
struct picture {
  const licensing::inventory& seen;
  const licensing::decisions& decided;
  const licensing::policy& policy;
};

std::vector<publish::datacenter_line> datacenter_lines(const picture&);
// One VM's, by the indexes of its datacenter and of its decision there. Nothing is due of a
// datacenter that never was seen completely, as licensing::due() has it.
publish::finding finding_of(const picture&, std::size_t datacenter, std::size_t vm);
// One for every VM that is not compliant; `standings` says how each correction of licensing::due()
// stands, in its order.
std::vector<publish::finding> findings(const picture&, const licensing::standings&);
// How a correction stands, put where its VM is found.
void put(publish::finding&, const licensing::standing&);
std::vector<publish::exemption_line> exemption_lines(const picture&);
// Everything that kept this look from being whole.
std::vector<error> problems(const licensing::inventory&);

// "1200 VMs in 2 datacenters: 1180 compliant, 9 missing, …": only what is not zero.
std::string summary(std::span<const publish::datacenter_line>);

} // namespace ovhl::agent
