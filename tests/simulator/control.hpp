// The control interface: JSON under /control, described in README.md.
#pragma once

#include "simulator/http.hpp"

#include <string_view>

namespace ovhl::sim {

struct world;

reply control(world&, std::string_view method, std::string_view path, std::string_view body);

} // namespace ovhl::sim
