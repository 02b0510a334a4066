// Turns decisions into the rows that people and programs read. Pure: no clock, no file.
#pragma once

#include "licensing/correction.hpp"
#include "licensing/correction_states.hpp"
#include "licensing/decide.hpp"
#include "publish/snapshot.hpp"

#include <span>
#include <string>
#include <vector>

namespace ovhl::agent {

// What was seen, what it means, and under which policy.
struct picture {
  const licensing::inventory& seen;
  const licensing::decisions& decided;
  const licensing::policy& policy;
};

std::vector<publish::datacenter_row> datacenter_rows(const picture&);
// The finding of one VM, by the indexes of its datacenter and of its decision there. Like
// licensing::due(), nothing is due in a datacenter that was never seen completely.
publish::finding finding_of(const picture&, std::size_t datacenter, std::size_t vm);
// One finding for every VM that is not compliant. `states` has the state of each correction of
// licensing::due(), in the same order.
std::vector<publish::finding> findings(const picture&, const licensing::correction_states&);
// Stores the state of a correction in the finding of its VM.
void put(publish::finding&, const licensing::correction_state&);
std::vector<publish::exemption_row> exemption_rows(const picture&);
// Every problem that made this survey incomplete.
std::vector<error> problems_of(const licensing::inventory&);

// "1200 VMs in 2 datacenters: 1180 compliant, 9 missing, …": only what is not zero.
std::string summary(std::span<const publish::datacenter_row>);

} // namespace ovhl::agent
