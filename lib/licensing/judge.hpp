// The verdict of one VM among many; see judge() of decide.hpp for one by itself.
#pragma once

#include "licensing/match.hpp"

namespace ovhl::licensing {

decision judge(const vm&, const place&, const policy&, chooser&);
// due_fingerprint() what a decision makes due.
std::uint32_t due_fingerprint(const decision&, const policy&) noexcept;

} // namespace ovhl::licensing
