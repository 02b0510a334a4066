// Who requested a correction.
#pragma once

#include <optional>
#include <string>

namespace ovhl::licensing {

struct requester {
  bool person = false;                     // otherwise the daemon
  std::string user;                        // of a person: who logged in
  std::optional<std::string> claimed = {}; // what SUDO_USER says, which anybody can set
  std::optional<std::string> plan = {};    // the seal of the plan that was approved

  friend bool operator==(const requester&, const requester&) = default;
};
// "alice"; "root (SUDO_USER says 'alice')".
std::string words(const requester&);

} // namespace ovhl::licensing
