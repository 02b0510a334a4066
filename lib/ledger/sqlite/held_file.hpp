// Whether the files that a writer has open are still those at their paths. If they are moved,
// deleted or replaced, records would go where nobody finds them again.
#pragma once

#include "ledger/sqlite/lock.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <vector>

namespace ovhl::ledger {

// Whether the open file has a name, and is the one at this path.
bool is_at(int fd, const std::filesystem::path&) noexcept;

class held_file {
 public:
  // Opens the ledger, making it where there is none, and locks it as well: who removes the lock
  // file does not let a second writer in. To be closed after SQLite has closed it: closing any
  // descriptor of a file ends the process's fcntl() locks on it.
  static boost::system::result<held_file, open_failure> hold(const std::filesystem::path&, lock);
  ~held_file();
  held_file(held_file&&) noexcept;
  held_file& operator=(held_file&&) noexcept;

  // From now on SQLite's files beside it must stay, too.
  std::optional<error> hold_companions();
  // Which of them is not at its path any more, or was cut; nothing: all are as they were.
  std::optional<std::filesystem::path> displaced();

  // The ledger's owner, group and mode.
  struct stat facts() const;

 private:
  struct companion {
    std::filesystem::path path;
    dev_t device = 0;
    ino_t inode = 0;
  };
  held_file(std::filesystem::path, int fd, lock) noexcept;

  lock lock_; // goes last
  std::filesystem::path path_;
  int fd_;
  std::vector<companion> companions_;
  off_t size_ = 0; // the ledger's, as seen last: it only grows
};

} // namespace ovhl::ledger
