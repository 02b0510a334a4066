#include "os/datagram.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

namespace ovhl::os {

bool send_datagram(std::string_view address, std::string_view content) noexcept {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  if (address.empty() || address.size() >= sizeof to.sun_path) return false;
  std::memcpy(to.sun_path, address.data(), address.size());
  std::size_t length = offsetof(sockaddr_un, sun_path) + address.size();
  if (to.sun_path[0] == '@')
    to.sun_path[0] = '\0';
  else
    ++length; // a path includes its terminating NUL

  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  ssize_t sent = 0;
  do {
    sent = ::sendto(fd, content.data(), content.size(), MSG_NOSIGNAL,
                    reinterpret_cast<const sockaddr*>(&to), static_cast<socklen_t>(length));
  } while (sent < 0 && errno == EINTR);
  ::close(fd);
  return sent >= 0;
}

} // namespace ovhl::os
