// Durations as configuration files write them: a whole number and a unit, `30s 5m 12h 7d`.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ovhl {

std::optional<std::chrono::seconds> parse_duration(std::string_view) noexcept;

// The shortest way to write it in the same notation: 90s, 5m, 36h, 7d.
std::string duration_text(std::chrono::seconds);

// For a person waiting: "1.9 s", "3 min 20 s", "2 h 5 min", "4 d 3 h".
std::string rough_duration(std::chrono::milliseconds);

} // namespace ovhl
