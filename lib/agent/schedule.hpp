// When to poll next. Pure arithmetic.
#pragma once

#include <chrono>

namespace ovhl::agent {

// The pause after a poll: the interval ± 10 %, by `roll` in [0, 1]. It doubles with each
// consecutive failure, up to eight intervals, but never exceeds an hour (unless the interval is
// longer).
std::chrono::milliseconds pause(std::chrono::seconds interval, int failures, double roll) noexcept;

// The pause between two writes of the status file while corrections run. It depends on how long the
// last write took, so that writing takes at most a tenth of the time.
std::chrono::milliseconds pause_before_writing(bool corrections_running,
                                               std::chrono::nanoseconds took) noexcept;

} // namespace ovhl::agent
