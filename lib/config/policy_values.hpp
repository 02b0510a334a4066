// Values that policies and their examples share, and the right side of a rule and of a map entry:
// what is expected, what is accepted, and until when.
#pragma once

#include "config/reader.hpp"
#include "licensing/policy.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ovhl::config {

// Names of licenses that the policy admits beside those built in.
using admitted = std::vector<std::string>;
// Reads them. What is no new name is a mistake; one that is built in is worth a warning.
reader admitted_licenses(admitted& out);

// What setLicense takes; anything else is a mistake that names the nearest. What is admitted must
// outlive the reader, here and below.
reader settable_license(std::string& out, const admitted&);

reader power_state_name(licensing::power_state& out);
// A glob over their names, or several: every state that one of them fits.
reader power_states(std::vector<licensing::power_state>& out);
reader mode_name(licensing::mode& out);
reader mode_name(std::optional<licensing::mode>& out);

// The keys that say what is expected, and the check for those that do not go together.
std::vector<key> expectation_keys(licensing::expectation& out, const admitted&);
void check_expectation(report& r, const node& map, const licensing::expectation& e);

// A value by itself, or a mapping with these keys.
reader expectation(licensing::expectation& out, const admitted&);

} // namespace ovhl::config
