// When a policy's windows are open: local time of each window's zone, correct across daylight
// saving changes. Reads the system's time zones.
#pragma once

#include "licensing/guards.hpp"

#include <vector>

namespace ovhl::config {

// Whether a window is open now; if not, the next minute within a year at which one opens. Without
// windows it is always open.
licensing::opening opening_at(const std::vector<licensing::time_window>&, instant now);

} // namespace ovhl::config
