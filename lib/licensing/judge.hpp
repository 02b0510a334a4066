// The verdict of one VM among many; see judge() of decide.hpp for one by itself.
#pragma once

#include "licensing/match.hpp"

namespace ovhl::licensing {

decision judge(const vm&, const place&, const policy&, chooser&);
// demand_of() what a decision makes due.
std::uint32_t demand_of(const decision&, const policy&) noexcept;

} // namespace ovhl::licensing
