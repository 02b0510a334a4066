#include "ledger/sqlite/own_file.hpp"

#include "ledger/sqlite/companions.hpp"
#include "ledger/sqlite/problem.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace ovhl::ledger {

namespace {

constexpr mode_t mode = 0640;
constexpr int safely = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

} // namespace

result<descriptor> open_own_file(const std::filesystem::path& path) {
  descriptor made(::open(path.c_str(), safely | O_CREAT | O_EXCL, mode));
  if (made) {
    [[maybe_unused]] const int ignored = ::fchmod(made.fd, mode); // whatever the umask
    return made;
  }
  struct stat found{};
  if (errno != EEXIST) return cannot_open(path, errno);
  if (::lstat(path.c_str(), &found) == 0 && S_ISLNK(found.st_mode)) return *not_ours(path, found);
  descriptor there(::open(path.c_str(), safely));
  if (!there || ::fstat(there.fd, &found) != 0) return cannot_open(path, errno);
  if (auto wrong = not_ours(path, found)) return std::move(*wrong);
  return there;
}

} // namespace ovhl::ledger
