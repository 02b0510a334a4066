// The verdict of one VM among many. For a single VM see judge() in decide.hpp.
#pragma once

#include "licensing/match.hpp"

namespace ovhl::licensing {

decision judge(const vm&, const place&, const policy&, chooser&);
// due_fingerprint() of what a decision makes due.
std::uint32_t due_fingerprint(const decision&, const policy&) noexcept;

} // namespace ovhl::licensing
