#include "os/datagram.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <string>

using ovhl::os::send_datagram;

TEST_CASE("an abstract name is written with an @, as systemd does in containers") {
  const std::string name = fmt::format("@ovh-licensed-test-{}", ::getpid());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data() + 1, name.size() - 1);
  const int ear = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  REQUIRE(::bind(ear, reinterpret_cast<const sockaddr*>(&address), length) == 0);

  CHECK(send_datagram(name, "READY=1"));
  std::array<char, 64> heard{};
  REQUIRE(::recv(ear, heard.data(), heard.size(), MSG_DONTWAIT) == 7);
  CHECK(std::string(heard.data(), 7) == "READY=1");
  ::close(ear);
  CHECK_FALSE(send_datagram(name, "READY=1")); // nobody listens any more
}

TEST_CASE("an address that cannot be one is refused") {
  CHECK_FALSE(send_datagram("", "x"));
  CHECK_FALSE(send_datagram("/nowhere/at/all", "x"));
  CHECK_FALSE(send_datagram("/" + std::string(200, 'a'), "x"));
}
