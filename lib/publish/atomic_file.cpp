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
#include <utility>

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

error refused(const std::filesystem::path& path, std::string why, std::string advice = {}) {
  error e;
  e.where = path.string();
  e.message = std::move(why);
  e.advice = std::move(advice);
  return e;
}

// Where links lead in the end, whether something is there or not.
result<std::filesystem::path> followed(std::filesystem::path path) {
  constexpr int longest_chain = 8;
  for (int links = 0; links <= longest_chain; ++links) {
    struct stat here{};
    if (::lstat(path.c_str(), &here) != 0) return path; // writing will tell why, if it is a trouble
    if (!S_ISLNK(here.st_mode)) {
      // As root, a rename would put a plain file in the place of /dev/stdout.
      if (S_ISREG(here.st_mode)) return path;
      return refused(path, "is not a regular file, and only such a one can be replaced");
    }
    if (here.st_uid != 0 && here.st_uid != ::geteuid())
      return refused(path, "is a link made by somebody else, and is not followed",
                     "name the file it leads to, or let root make the link");
    std::error_code failure;
    const std::filesystem::path target = std::filesystem::read_symlink(path, failure);
    if (failure) return failed(path, failure.value());
    path = path.parent_path() / target; // an absolute target replaces the whole
  }
  return failed(path, ELOOP);
}

} // namespace

result<void> replace_file(const std::filesystem::path& path, std::string_view content,
                          mode_t mode) {
  const auto place = followed(path);
  if (!place) return place.error();
  temporary fresh(*place);
  const bool done =
      fresh.made() && fresh.write(content) && fresh.finish(mode) && fresh.move_to(*place);
  if (!done) return failed(*place, errno);
  return {};
}

} // namespace ovhl::publish
