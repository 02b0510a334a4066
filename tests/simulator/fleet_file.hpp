// Reads the fleet file (README.md), YAML or JSON, and writes it as JSON.
#pragma once

#include "simulator/fleet.hpp"

#include <boost/json/object.hpp>

#include <string_view>

namespace ovhl::sim {

// Throws std::runtime_error with the line of the first mistake.
fleet parse_fleet(std::string_view text);

boost::json::object fleet_object(const fleet&);

} // namespace ovhl::sim
