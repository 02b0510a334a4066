// When a policy's windows are open: local time of each window's zone, correct across daylight
// saving changes. Reads the system's time zones.
#pragma once

#include "licensing/guards.hpp"

#include <vector>

namespace ovhl::config {

// Now; and if not, the next moment (to the minute) at which one of them opens, within a year. No
// windows at all: always open.
licensing::opening opening_at(const std::vector<licensing::time_window>&, instant now);

} // namespace ovhl::config
