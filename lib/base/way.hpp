// Who owns a directory, and who else could redirect its path: root must not be tricked into writing
// where somebody else chooses.
#pragma once

#include "base/error.hpp"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace ovhl {

struct way {
  std::filesystem::path end; // where the links lead, absolute
  uid_t owner = 0;
  gid_t group = 0;
  mode_t mode = 0;
  dev_t device = 0;
  ino_t inode = 0;
  // On the way there: what belongs neither to root nor to the owner, or, where that is root, lets
  // others replace what is in it.
  std::optional<std::filesystem::path> foreign;

  bool others_may_write() const noexcept { return (mode & 022U) != 0; }
};

// Of a directory as it is named, links and all; else where it cannot be followed any further, and
// errno.
struct lost_way {
  std::filesystem::path at;
  int code = 0;
};
boost::system::result<way, lost_way> way_to(const std::filesystem::path& directory);

// The directory of a file: "." where its name has none.
std::filesystem::path directory_of(const std::filesystem::path& file);

// "'alice'", or "uid 1234" where it has no name.
std::string user_called(uid_t);

} // namespace ovhl
