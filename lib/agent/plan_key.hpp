// The key that seals plans: whoever can read the credentials can make a plan; nobody else can
// change one.
#pragma once

#include "agent/setup.hpp"

#include <string>

namespace ovhl::agent {

// Derived from the names, endpoints and lasting secrets of all accounts, in any order; the secrets
// cannot be recovered from it. A renewed consumer key does not change it.
std::string plan_key(const setup&);

} // namespace ovhl::agent
