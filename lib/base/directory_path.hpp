// Who owns a directory, and who else could redirect its path: root must not be tricked into writing
// where somebody else chooses.
#pragma once

#include "base/error.hpp"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace ovhl {

struct directory_path {
  std::filesystem::path end; // where the links lead, absolute
  uid_t owner = 0;
  gid_t group = 0;
  mode_t mode = 0;
  dev_t device = 0;
  ino_t inode = 0;
  // A directory or link on the way that belongs neither to root nor to the owner; if the owner is
  // root, also a directory whose content others may replace.
  std::optional<std::filesystem::path> foreign;

  bool others_may_write() const noexcept { return (mode & 022U) != 0; }
};

// Follows a directory's path, links included. The error is the part that cannot be followed, and
// errno.
struct broken_path {
  std::filesystem::path at;
  int code = 0;
};
boost::system::result<directory_path, broken_path>
follow_directory(const std::filesystem::path& directory);

// The directory of a file: "." where its name has none.
std::filesystem::path directory_of(const std::filesystem::path& file);

// A user that the system knows, or nothing.
struct user {
  std::string name;
  gid_t group = 0;
};
std::optional<user> user_of(uid_t);
// "'alice'", or "uid 1234" where it has no name.
std::string user_called(uid_t);

} // namespace ovhl
