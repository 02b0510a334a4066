// Who runs a command, as the kernel knows it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace ovhl::os {

struct person {
  std::string user; // who logged in; if nobody did (a timer, a container), the process's user
  std::optional<std::string> claimed; // what $SUDO_USER says if it differs: anybody can set it
};
// Tests pass their own files of /proc and their own variable.
person who_asks(const std::filesystem::path& loginuid = "/proc/self/loginuid");

// The name of a user, or "uid 1234".
std::string user_name(unsigned id);

} // namespace ovhl::os
