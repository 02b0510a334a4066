#include "ledger/sqlite/held_file.hpp"

#include "base/ledger_files.hpp"
#include "ledger/sqlite/own_file.hpp"
#include "ledger/sqlite/problem.hpp"

#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace ovhl::ledger {

namespace {

namespace fs = std::filesystem;

bool stands_at(const fs::path& path, dev_t device, ino_t inode) noexcept {
  struct stat there{};
  return ::stat(path.c_str(), &there) == 0 && there.st_dev == device && there.st_ino == inode;
}

} // namespace

bool is_at(int fd, const fs::path& path) noexcept {
  struct stat mine{};
  return ::fstat(fd, &mine) == 0 && mine.st_nlink > 0 && stands_at(path, mine.st_dev, mine.st_ino);
}

boost::system::result<held_file, open_failure> held_file::hold(const fs::path& path, lock mine) {
  auto opened = open_own_file(path);
  if (!opened) return open_failure{opened.error(), false};
  held_file it(path, std::move(*opened), std::move(mine));
  if (::flock(it.file_.fd, LOCK_EX | LOCK_NB) == 0) return it;
  if (errno != EWOULDBLOCK) return open_failure{cannot_open(path, errno), false};
  return open_failure{taken_without_lock_file(path), true};
}

held_file::held_file(fs::path path, descriptor file, lock mine) noexcept
    : lock_(std::move(mine)), path_(std::move(path)), file_(std::move(file)) {}

std::optional<error> held_file::hold_companions() {
  companions_.clear();
  for (const char* suffix : {"-wal", "-shm"}) {
    companion next{beside(path_, suffix)};
    struct stat there{};
    if (::stat(next.path.c_str(), &there) != 0) return cannot_open(next.path, errno);
    next.device = there.st_dev;
    next.inode = there.st_ino;
    companions_.push_back(std::move(next));
  }
  return std::nullopt;
}

std::optional<fs::path> held_file::displaced() {
  if (!is_at(file_.fd, path_)) return path_;
  if (const off_t now = facts().st_size; now < size_)
    return path_;
  else
    size_ = now;
  for (const companion& c : companions_)
    if (!stands_at(c.path, c.device, c.inode)) return c.path;
  if (fs::path file = beside(path_, ".lock"); !lock_.is_at(file)) return file;
  return std::nullopt;
}

struct stat held_file::facts() const {
  struct stat mine{};
  ::fstat(file_.fd, &mine);
  return mine;
}

} // namespace ovhl::ledger
