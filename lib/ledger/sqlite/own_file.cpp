#include "ledger/sqlite/own_file.hpp"

#include "ledger/sqlite/companions.hpp"
#include "ledger/sqlite/problem.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace ovhl::ledger {

namespace {

constexpr mode_t mode = 0640;
constexpr int safely = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

result<int> refused(int fd, error why) {
  ::close(fd);
  return why;
}

} // namespace

result<int> open_own_file(const std::filesystem::path& path) {
  const int made = ::open(path.c_str(), safely | O_CREAT | O_EXCL, mode);
  if (made >= 0) {
    [[maybe_unused]] const int ignored = ::fchmod(made, mode); // whatever the umask
    return made;
  }
  struct stat found{};
  if (errno != EEXIST) return cannot_open(path, errno);
  if (::lstat(path.c_str(), &found) == 0 && S_ISLNK(found.st_mode)) return *not_ours(path, found);
  const int there = ::open(path.c_str(), safely);
  if (there < 0) return cannot_open(path, errno);
  if (::fstat(there, &found) != 0) return refused(there, cannot_open(path, errno));
  if (auto wrong = not_ours(path, found)) return refused(there, std::move(*wrong));
  return there;
}

} // namespace ovhl::ledger
