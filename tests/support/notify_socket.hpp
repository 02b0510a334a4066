// Stands where systemd would: a socket that takes sd_notify's messages.
#pragma once

#include "support/temporary_directory.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace ovhl::test {

class notify_socket {
 public:
  notify_socket();
  ~notify_socket();
  notify_socket(const notify_socket&) = delete;
  notify_socket& operator=(const notify_socket&) = delete;

  std::string path() const { return (directory_ / "notify").string(); } // for $NOTIFY_SOCKET
  int fd() const noexcept { return socket_; } // readable when there is a message
  std::optional<std::string> heard() const;   // the next message, if there is one

 private:
  temporary_directory directory_;
  int socket_;
};

// The clock of RELOADING=1 messages.
std::int64_t monotonic_microseconds();

} // namespace ovhl::test
