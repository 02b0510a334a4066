// Reads the daemon's status file and decides whether it is up to date.
#pragma once

#include "config/settings.hpp"
#include "publish/status_text.hpp"

#include <cstdint>
#include <string>

namespace ovhl {

struct status_file {
  std::string text;
  publish::status_view seen;
};
result<status_file> read_status_file(const config::settings&);

// The file does not exist. A file that may not be read is a different case.
bool no_status_file(const config::settings&);

// The state of the daemon that wrote it.
enum class liveness : std::uint8_t { runs, stopped, gone, hangs };
liveness liveness_of(const publish::status_view&, instant now);
// In words; empty if the daemon runs.
std::string doubt(const publish::status_view&, instant now);

} // namespace ovhl
