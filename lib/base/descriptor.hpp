// A file descriptor that closes itself.
#pragma once

#include <unistd.h>

namespace ovhl {

struct descriptor {
  int fd = -1;

  explicit descriptor(int it) noexcept : fd(it) {}
  ~descriptor() {
    if (fd >= 0) ::close(fd);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
};

} // namespace ovhl
