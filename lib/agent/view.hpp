// Turns decisions into the rows that people and programs read. Pure: no clock, no file.
#pragma once

#include "licensing/correction.hpp"
#include "licensing/decide.hpp"
#include "licensing/due_corrections.hpp"
#include "publish/snapshot.hpp"

#include <functional>
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
// Passes on every VM that is not compliant, by the indexes of its datacenter and of its decision,
// with the correction that is due there; null: none is.
using use_finding = std::function<void(std::size_t datacenter, std::size_t vm,
                                       const licensing::due_corrections::one*)>;
void for_each_finding(const picture&, const licensing::due_corrections&, const use_finding&);
// One finding for every VM that is not compliant.
std::vector<publish::finding> findings(const picture&, const licensing::due_corrections&);
// Stores the state of a correction in the finding of its VM.
void put(publish::finding&, const licensing::correction_state&);
std::vector<publish::exemption_row> exemption_rows(const picture&);
// Every problem that made this survey incomplete.
std::vector<error> problems_of(const licensing::inventory&);

// "1200 VMs in 2 datacenters: 1180 compliant, 9 missing, …": only what is not zero.
std::string summary(std::span<const publish::datacenter_row>);

} // namespace ovhl::agent
