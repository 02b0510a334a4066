// When to poll next, as arithmetic.
#pragma once

#include <chrono>

namespace ovhl::agent {

// The pause after a poll: the interval ± 10 %, by `roll` in [0, 1]. After failures in a row it
// doubles, up to eight intervals, but never beyond an hour (unless the interval itself is longer).
std::chrono::milliseconds pause(std::chrono::seconds interval, int failures, double roll) noexcept;

// From one writing of the status file to the next, while only corrections go on: what the last one
// took decides, so that a large file takes at most a tenth of the time.
std::chrono::milliseconds pause_before_writing(bool corrections_running,
                                               std::chrono::nanoseconds took) noexcept;

} // namespace ovhl::agent
