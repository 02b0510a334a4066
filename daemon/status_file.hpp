// The daemon's status file as a command finds it: what stands in it, and whether that can be taken
// for what is so now.
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

// The file system says that there is none; that it may not be looked at is something else.
bool no_status_file(const config::settings&);

// What became of the daemon that wrote it.
enum class presence : std::uint8_t { runs, stopped, gone, hangs };
presence presence_of(const publish::status_view&, instant now);
// In words; empty where it runs.
std::string doubt(const publish::status_view&, instant now);

} // namespace ovhl
