#include "ledger/sqlite/anchor.hpp"

#include "base/ledger_files.hpp"
#include "ledger/sqlite/own_file.hpp"
#include "ledger/sqlite/trouble.hpp"

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

boost::system::result<anchor, refusal> anchor::drop(const fs::path& path, lock mine) {
  const auto opened = open_own_file(path);
  if (!opened) return refusal{opened.error(), false};
  anchor it(path, *opened, std::move(mine));
  if (::flock(*opened, LOCK_EX | LOCK_NB) == 0) return it;
  if (errno != EWOULDBLOCK) return refusal{cannot_open(path, errno), false};
  return refusal{taken_without_lock_file(path), true};
}

anchor::anchor(fs::path path, int fd, lock mine) noexcept
    : lock_(std::move(mine)), path_(std::move(path)), fd_(fd) {}
anchor::~anchor() {
  if (fd_ >= 0) ::close(fd_);
}
anchor::anchor(anchor&& other) noexcept
    : lock_(std::move(other.lock_)),
      path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      companions_(std::move(other.companions_)),
      size_(other.size_) {}
anchor& anchor::operator=(anchor&& other) noexcept {
  std::swap(lock_, other.lock_);
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  std::swap(companions_, other.companions_);
  std::swap(size_, other.size_);
  return *this;
}

std::optional<error> anchor::hold_companions() {
  companions_.clear();
  for (const char* ending : {"-wal", "-shm"}) {
    companion next{beside(path_, ending)};
    struct stat there{};
    if (::stat(next.path.c_str(), &there) != 0) return cannot_open(next.path, errno);
    next.device = there.st_dev;
    next.inode = there.st_ino;
    companions_.push_back(std::move(next));
  }
  return std::nullopt;
}

std::optional<fs::path> anchor::displaced() {
  if (!is_at(fd_, path_)) return path_;
  if (const off_t now = facts().st_size; now < size_)
    return path_;
  else
    size_ = now;
  for (const companion& c : companions_)
    if (!stands_at(c.path, c.device, c.inode)) return c.path;
  if (fs::path file = beside(path_, ".lock"); !lock_.is_at(file)) return file;
  return std::nullopt;
}

struct stat anchor::facts() const {
  struct stat mine{};
  ::fstat(fd_, &mine);
  return mine;
}

} // namespace ovhl::ledger
