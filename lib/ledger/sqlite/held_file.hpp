// A ledger's file, held open and locked by its writer. It notices if the ledger or a file beside it
// is moved, deleted or replaced, because records would then go where nobody finds them.
#pragma once

#include "ledger/sqlite/lock.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <vector>

namespace ovhl::ledger {

// Whether the open file is the one at this path.
bool is_at(int fd, const std::filesystem::path&) noexcept;

class held_file {
 public:
  // Opens or creates the ledger and locks it, too, so that removing the lock file lets no second
  // writer in. Destroy it after SQLite has closed the file: closing any descriptor of a file ends
  // the process's fcntl() locks on it.
  static boost::system::result<held_file, open_failure> hold(const std::filesystem::path&, lock);

  // From now on, SQLite's files beside it are watched, too.
  std::optional<error> hold_companions();
  // A file that is no longer at its path, or was shortened; nothing: all are as they were.
  std::optional<std::filesystem::path> displaced();

  // The ledger's owner, group and mode.
  struct stat facts() const;

 private:
  struct companion {
    std::filesystem::path path;
    dev_t device = 0;
    ino_t inode = 0;
  };
  held_file(std::filesystem::path, descriptor, lock) noexcept;

  lock lock_; // destroyed last
  std::filesystem::path path_;
  descriptor file_;
  std::vector<companion> companions_;
  off_t size_ = 0; // of the ledger when last seen: it only grows
};

} // namespace ovhl::ledger
