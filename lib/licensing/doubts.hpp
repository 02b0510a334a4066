// What was seen of a VM but cannot be relied on.
#pragma once

#include "licensing/decide.hpp"

#include <string>

namespace ovhl::licensing {

// A text cannot be read that something depends on: guest OS and license always, name, cluster and
// folder where a rule of the policy goes by them.
bool unreadable(const vm&, const policy&) noexcept;
// Which: "the license, the name (used by rules)".
std::string unreadable_in_words(const vm&, const policy&);

} // namespace ovhl::licensing
