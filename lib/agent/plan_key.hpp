// What plans are sealed with: whoever can read the credentials can make a plan, nobody else can
// change one.
#pragma once

#include "agent/setup.hpp"

#include <string>

namespace ovhl::agent {

// Of all accounts, in whatever order, by their names, endpoints and lasting secrets, which cannot
// be read from it. A renewed consumer key leaves it as it is.
std::string plan_key(const setup&);

} // namespace ovhl::agent
