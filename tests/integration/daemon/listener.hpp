// A port on 127.0.0.1 behind which nobody speaks, or where nothing listens any more.
#pragma once

#include "process.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <stdexcept>

namespace ovhl::test {

class listener {
 public:
  listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const address = reinterpret_cast<sockaddr*>(&here); // NOLINT: as bind(2) wants it
    socklen_t size = sizeof here;
    if (::bind(socket_.fd, address, size) != 0 || ::listen(socket_.fd, 16) != 0 ||
        ::getsockname(socket_.fd, address, &size) != 0)
      throw std::runtime_error("cannot listen on 127.0.0.1");
    port_ = ntohs(here.sin_port);
  }

  std::uint16_t port() const noexcept { return port_; }
  int event() const noexcept { return socket_.fd; } // readable when somebody has connected
  descriptor accepted() const {
    return descriptor(::accept4(socket_.fd, nullptr, nullptr, SOCK_CLOEXEC));
  }

 private:
  descriptor socket_;
  std::uint16_t port_ = 0;
};

} // namespace ovhl::test
