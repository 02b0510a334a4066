#include "base/read_file.hpp"

#include "base/descriptor.hpp"
#include "base/secret.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace ovhl {

namespace {

using cause = unread_file::cause;

void grow(std::string& text) {
  std::string larger(2 * text.size(), '\0');
  std::ranges::copy(text, larger.begin());
  wipe(text);
  text = std::move(larger);
}

} // namespace

boost::system::result<std::string, unread_file> read_file(const std::filesystem::path& file,
                                                          std::size_t largest, links which) {
  const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (which == links::refused ? O_NOFOLLOW : 0);
  descriptor in(::open(file.c_str(), flags | O_NONBLOCK)); // a pipe nobody writes to must not block
  if (in.fd < 0 && errno == EWOULDBLOCK)                   // a lease, which will be given up
    in = descriptor(::open(file.c_str(), flags));
  if (in.fd < 0 && errno == ENXIO) return unread_file{cause::not_regular, 0}; // a socket
  if (in.fd < 0) return unread_file{cause::failed, errno};
  return read_file(in.fd, largest);
}

boost::system::result<std::string, unread_file> read_file(int fd, std::size_t largest) {
  struct stat facts{};
  if (::fstat(fd, &facts) != 0) return unread_file{cause::failed, errno};
  if (S_ISDIR(facts.st_mode)) return unread_file{cause::failed, EISDIR};
  if (!S_ISREG(facts.st_mode)) return unread_file{cause::not_regular, 0};
  const auto size = static_cast<std::size_t>(facts.st_size);
  if (size > largest) return unread_file{cause::too_large, 0};
  constexpr std::size_t least = 4096; // in /proc, files have no size
  std::string text(std::max(size + 1, least), '\0');
  for (std::size_t have = 0;;) {
    if (have == text.size()) grow(text);
    const ssize_t n = ::read(fd, text.data() + have, text.size() - have);
    if (n < 0 && errno == EINTR) continue;
    const int code = errno;
    if (n > 0) have += static_cast<std::size_t>(n);
    if (n > 0 && have <= largest) continue;
    if (n == 0) {
      text.resize(have);
      return text;
    }
    wipe(text);
    return n < 0 ? unread_file{cause::failed, code} : unread_file{cause::too_large, 0};
  }
}

} // namespace ovhl
