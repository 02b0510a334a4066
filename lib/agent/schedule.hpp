// When to poll next, as arithmetic.
#pragma once

#include <chrono>

namespace ovhl::agent {

// The pause after a poll: the interval ± 10 %, by `roll` in [0, 1]. After failures in a row it
// doubles, up to eight intervals, but never beyond an hour (unless the interval itself is longer).
std::chrono::milliseconds pause(std::chrono::seconds interval, int failures, double roll) noexcept;

} // namespace ovhl::agent
