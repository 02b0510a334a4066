// Who requested a correction.
#pragma once

#include <optional>
#include <string>

namespace ovhl::licensing {

struct requester {
  bool person = false;                     // else the daemon
  std::string user;                        // of a person: who logged in
  std::optional<std::string> claimed = {}; // who it was, as a variable says that anybody can set
  std::optional<std::string> plan = {};    // the seal of the plan that was approved

  friend bool operator==(const requester&, const requester&) = default;
};
// "alice"; "root (SUDO_USER says 'alice')".
std::string words(const requester&);

} // namespace ovhl::licensing
