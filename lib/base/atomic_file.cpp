#include "base/atomic_file.hpp"

#include "base/directory_path.hpp"
#include "base/file_error.hpp"
#include "base/wrong.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace ovhl {

namespace {

error failed(const std::filesystem::path& path, int code) {
  const std::string folder = directory_of(path).string();
  return file_error(
      path, "cannot write the file: ", code,
      {.missing = fmt::format("create the directory '{}'", folder),
       .not_a_directory = fmt::format("'{}' is not a directory", folder),
       .forbidden = fmt::format("allow this user to write in the directory '{}'", folder),
       .read_only =
           fmt::format("make '{}' writable; under systemd, name it in ReadWritePaths=", folder),
       .full = "free some space on its file system, or raise the limit"});
}

// Opens a directory; as root only if no other user can redirect its path. Later calls use the open
// directory, not its name, which may lead elsewhere a moment later.
int open_safely(const std::filesystem::path& directory) {
  const int fd = ::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 || ::geteuid() != 0) return fd;
  struct stat opened{};
  const auto there = follow_directory(directory);
  if (there && !there->foreign && ::fstat(fd, &opened) == 0 && opened.st_dev == there->device &&
      opened.st_ino == there->inode)
    return fd;
  ::close(fd);
  errno = ELOOP;
  return -1;
}

std::string random_ending() {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz012345";
  std::array<unsigned char, 8> bytes{};
  [[maybe_unused]] const auto got = ::getrandom(bytes.data(), bytes.size(), 0);
  std::string out;
  for (const unsigned char b : bytes)
    out += letters[b % letters.size()];
  return out;
}

} // namespace

error led_astray(const std::filesystem::path& path, const std::filesystem::path& by) {
  return wrong(path.string(),
               fmt::format("root does not write here: another user can redirect this path ('{}' is "
                           "not controlled by root alone)",
                           by.string()),
               "choose a path below directories that only root can change, or run the command as "
               "the user who owns these files");
}

destination follow_links(std::filesystem::path path) {
  using enum destination::kind;
  constexpr int longest_chain = 8;
  for (int links = 0; links <= longest_chain; ++links) {
    if (::geteuid() == 0)
      if (const auto there = follow_directory(directory_of(path)); there && there->foreign)
        return {foreign_way, *there->foreign, 0};
    struct stat here{};
    if (::lstat(path.c_str(), &here) != 0) return {missing, std::move(path), errno};
    if (S_ISREG(here.st_mode)) return {regular, std::move(path), 0};
    if (!S_ISLNK(here.st_mode)) return {not_regular, std::move(path), 0};
    if (here.st_uid != 0 && here.st_uid != ::geteuid()) return {foreign_link, std::move(path), 0};
    std::error_code failure;
    const std::filesystem::path target = std::filesystem::read_symlink(path, failure);
    if (failure) return {astray, std::move(path), failure.value()};
    path = path.parent_path() / target; // an absolute target replaces the whole
  }
  return {astray, std::move(path), ELOOP};
}

replacement::replacement(const std::filesystem::path& of)
    : target_(of.filename().string()), directory_(open_safely(directory_of(of))), file_(make()) {}

int replacement::make() {
  if (directory_.fd < 0) return -1;
  constexpr int attempts = 100;
  for (int i = 0; i < attempts; ++i) {
    name_ = "." + target_ + "." + random_ending();
    const int fd = ::openat(directory_.fd, name_.c_str(),
                            O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0 || errno != EEXIST) return fd;
  }
  return -1;
}

replacement::~replacement() {
  if (made() && !moved_) ::unlinkat(directory_.fd, name_.c_str(), 0);
}

bool replacement::belong_to(uid_t user, gid_t group) const noexcept {
  return ::geteuid() != 0 || ::fchown(file_.fd, user, group) == 0;
}

bool replacement::fill(std::string_view content, mode_t mode, lasting how) const noexcept {
  while (!content.empty()) {
    const ssize_t count = ::write(file_.fd, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return ::fchmod(file_.fd, mode) == 0 && (how == lasting::no || ::fsync(file_.fd) == 0);
}

bool replacement::move() noexcept {
  moved_ = ::renameat(directory_.fd, name_.c_str(), directory_.fd, target_.c_str()) == 0;
  return moved_;
}

void replacement::sync_directory() const {
  const descriptor it(::openat(directory_.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (it.fd >= 0) ::fsync(it.fd); // the file was already replaced: a failure changes nothing
}

result<void> replace_file(const std::filesystem::path& path, std::string_view content, mode_t mode,
                          lasting how) {
  const destination place = follow_links(path);
  switch (place.what) {
  case destination::kind::not_regular:
    return wrong(place.path.string(), "is not a regular file; only a regular file can be replaced");
  case destination::kind::foreign_link:
    return wrong(place.path.string(), "is a symbolic link made by another user; it is not followed",
                 "name the file it points to, or have root create the link");
  case destination::kind::foreign_way: return led_astray(path, place.path);
  case destination::kind::astray: return failed(place.path, place.code);
  case destination::kind::regular:
  case destination::kind::missing: break;
  }
  replacement fresh(place.path);
  if (!fresh.made() || !fresh.fill(content, mode, how) || !fresh.move())
    return failed(place.path, errno);
  return {};
}

} // namespace ovhl
