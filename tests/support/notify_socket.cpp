#include "support/notify_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace ovhl::test {

notify_socket::notify_socket()
    : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path().copy(std::data(address.sun_path), sizeof address.sun_path - 1);
  // NOLINTNEXTLINE: as bind(2) wants it
  if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::system_error(errno, std::generic_category(), path());
}

notify_socket::~notify_socket() { ::close(socket_); }

std::optional<std::string> notify_socket::heard() const {
  std::array<char, 4096> message{};
  const ssize_t size = ::recv(socket_, message.data(), message.size(), 0);
  if (size < 0) return std::nullopt;
  return std::string(message.data(), static_cast<std::size_t>(size));
}

std::int64_t monotonic_microseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

} // namespace ovhl::test
