// Who runs a command, as the kernel knows it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace ovhl::os {

struct person {
  std::string user; // who logged in; where nobody did (a timer, a container), the process's user
  std::optional<std::string>
      claimed; // what $SUDO_USER says, if that is another: anybody can set it
};
// The files of /proc and the variable can be given by tests.
person who_asks(const std::filesystem::path& loginuid = "/proc/self/loginuid");

// The name of a user, or "uid 1234".
std::string user_name(unsigned id);

} // namespace ovhl::os
