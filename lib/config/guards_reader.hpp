// The guards of a policy: limits, and the windows in which corrections may be made.
#pragma once

#include "config/reader.hpp"
#include "licensing/policy.hpp"

namespace ovhl::config {

reader guards(licensing::guards& out);

} // namespace ovhl::config
