// A file descriptor that closes itself.
#pragma once

#include <unistd.h>

#include <utility>

namespace ovhl {

struct descriptor {
  int fd = -1;

  descriptor() = default;
  explicit descriptor(int it) noexcept : fd(it) {}
  ~descriptor() {
    if (fd >= 0) ::close(fd);
  }
  descriptor(descriptor&& other) noexcept : fd(std::exchange(other.fd, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    const descriptor old(std::exchange(fd, std::exchange(other.fd, -1)));
    return *this;
  }
  explicit operator bool() const noexcept { return fd >= 0; }
};

} // namespace ovhl
