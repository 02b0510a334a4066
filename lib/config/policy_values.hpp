// Readers of values that policies and their examples share, and of the right side of a rule or a
// map entry: what is expected, what is accepted, and until when.
#pragma once

#include "config/reader.hpp"
#include "licensing/policy.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ovhl::config {

// Names of licenses that the policy admits besides the built-in ones.
using admitted = std::vector<std::string>;
// A name that cannot be a license is a mistake; a built-in one is a warning.
reader admitted_licenses(admitted& out);

// A license that setLicense takes; anything else is a mistake that names the nearest. Here and
// below the `admitted` must outlive the reader.
reader settable_license(std::string& out, const admitted&);

reader power_state_name(licensing::power_state& out);
// One or several globs; the value is every state whose name one of them matches.
reader power_states(std::vector<licensing::power_state>& out);
reader mode_name(licensing::mode& out);
reader mode_name(std::optional<licensing::mode>& out);

// The keys that say what is expected, and the check for keys that exclude each other.
std::vector<key> expectation_keys(licensing::expectation& out, const admitted&);
void check_expectation(report& r, const node& map, const licensing::expectation& e);

// A value by itself, or a mapping with these keys.
reader expectation(licensing::expectation& out, const admitted&);

} // namespace ovhl::config
