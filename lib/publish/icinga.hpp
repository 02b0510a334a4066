// The status as a check of Icinga or Nagios sees it: a severity, one line with performance data,
// and the troubles below it. What is worth which severity is decided here.
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

// Whether what the mode only reports needs somebody, too.
enum class strictness : bool { lenient, strict };

struct concern {
  severity how;
  std::string what; // and what to do
};

// Everything that a person should know of, the worst first; `doubt`: why the file cannot be taken
// for what is so now, empty where it can.
std::vector<concern> concerns(const status_view&, std::string_view doubt, instant now,
                              strictness = strictness::lenient);

struct check_result {
  severity how;
  std::string text; // ends with a newline
};
check_result icinga_check(const status_view&, std::string_view doubt, instant now,
                          strictness = strictness::lenient);
// Where the daemon left no status file since the machine was started.
check_result icinga_never_ran(std::string_view file);
// Where there is no status to judge.
check_result icinga_unknown(std::string_view why);

} // namespace ovhl::publish
