#include "publish/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

namespace ovhl::publish {

namespace {

// A file of our own that goes again unless it was moved to its place.
class temporary {
 public:
  explicit temporary(const std::filesystem::path& beside)
      : name_((beside.parent_path() / ("." + beside.filename().string() + ".XXXXXX")).string()),
        fd_(::mkostemp(name_.data(), O_CLOEXEC)) {}
  ~temporary() {
    if (fd_ < 0) return;
    ::close(fd_);
    if (!moved_) ::unlink(name_.c_str());
  }
  temporary(const temporary&) = delete;
  temporary& operator=(const temporary&) = delete;

  bool made() const noexcept { return fd_ >= 0; }

  bool write(std::string_view content) const noexcept {
    while (!content.empty()) {
      const ssize_t count = ::write(fd_, content.data(), content.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return false;
      content.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  bool finish(mode_t mode) const noexcept { return ::fchmod(fd_, mode) == 0 && ::fsync(fd_) == 0; }
  bool move_to(const std::filesystem::path& path) noexcept {
    moved_ = ::rename(name_.c_str(), path.c_str()) == 0;
    return moved_;
  }

 private:
  std::string name_;
  int fd_;
  bool moved_ = false;
};

std::string advice(int code, const std::string& folder) {
  switch (code) {
  case ENOENT: return fmt::format("create the directory '{}'", folder);
  case ENOTDIR: return fmt::format("'{}' is not a directory", folder);
  case EACCES:
  case EPERM: return fmt::format("allow this user to write in the directory '{}'", folder);
  case ENOSPC:
  case EDQUOT:
  case EFBIG: return "make room on its file system, or raise the limit";
  case EROFS:
    return fmt::format("make '{}' writable; under systemd, name it in ReadWritePaths=", folder);
  default: return {};
  }
}

error failed(const std::filesystem::path& path, int code) {
  const std::string folder = path.has_parent_path() ? path.parent_path().string() : ".";
  error e;
  e.where = path.string();
  e.message = "cannot write the file: " + std::generic_category().message(code);
  e.advice = advice(code, folder);
  return e;
}

} // namespace

result<void> replace_file(const std::filesystem::path& path, std::string_view content,
                          mode_t mode) {
  // As root, a rename would put a plain file in the place of /dev/stdout.
  struct stat before{};
  if (::stat(path.c_str(), &before) == 0 && !S_ISREG(before.st_mode)) {
    error e;
    e.where = path.string();
    e.message = "is not a regular file, and only such a one can be replaced";
    return e;
  }
  temporary fresh(path);
  const bool done =
      fresh.made() && fresh.write(content) && fresh.finish(mode) && fresh.move_to(path);
  if (!done) return failed(path, errno);
  return {};
}

} // namespace ovhl::publish
