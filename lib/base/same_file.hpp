// Whether two names refer to the same file, despite links, '..' or a case-insensitive file system.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace ovhl {

// An existing file: device and inode. A file that does not exist yet: device and inode of its
// directory, and its name. A directory that cannot be read: the name alone.
struct file_identity {
  dev_t device = 0;
  ino_t inode = 0;
  std::string name;

  friend bool operator==(const file_identity&, const file_identity&) = default;
};
file_identity identity_of(const std::filesystem::path&);

} // namespace ovhl
