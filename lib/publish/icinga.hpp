// The status as an Icinga or Nagios check: a severity, one line with performance data, and the
// problems below it. This file decides which problem has which severity.
#pragma once

#include "publish/status_text.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::publish {

// The numbers are the plugins' exit statuses.
enum class severity : std::uint8_t { ok = 0, warning = 1, critical = 2, unknown = 3 };
std::string_view name(severity) noexcept; // "WARNING"

// Whether corrections that the mode only reports count as a problem.
enum class strictness : bool { lenient, strict };

struct concern {
  severity how;
  std::string what; // and what to do
};

// Everything a person should know, the worst first. `doubt`: why the file may be out of date; empty
// if it is not.
std::vector<concern> concerns(const status_view&, std::string_view doubt, instant now,
                              strictness = strictness::lenient);

struct check_result {
  severity how;
  std::string text; // ends with a newline
};
check_result icinga_check(const status_view&, std::string_view doubt, instant now,
                          strictness = strictness::lenient);
// For a daemon that has written no status file since the machine started.
check_result icinga_never_ran(std::string_view file);
// If there is no status to judge.
check_result icinga_unknown(std::string_view why);

} // namespace ovhl::publish
