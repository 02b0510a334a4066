// Texts of a VM that arrived damaged and cannot be relied on.
#pragma once

#include "licensing/decide.hpp"

#include <string>

namespace ovhl::licensing {

// Whether a text that the decision depends on cannot be read: guest OS and license always; name,
// cluster and folder if a rule of the policy uses them.
bool unreadable(const vm&, const policy&) noexcept;
// Which ones: "the license, the name (used by rules)".
std::string unreadable_in_words(const vm&, const policy&);

} // namespace ovhl::licensing
