#include "base/atomic_file.hpp"

#include "base/wrong.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace ovhl {

namespace {

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
  return wrong(path.string(), "cannot write the file: " + std::generic_category().message(code),
               advice(code, folder));
}

} // namespace

destination follow_links(std::filesystem::path path) {
  using enum destination::finding;
  constexpr int longest_chain = 8;
  for (int links = 0; links <= longest_chain; ++links) {
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
    : target_(of),
      name_((of.parent_path() / ("." + of.filename().string() + ".XXXXXX")).string()),
      file_(::mkostemp(name_.data(), O_CLOEXEC)) {}

replacement::~replacement() {
  if (made() && !moved_) ::unlink(name_.c_str());
}

bool replacement::belong_to(uid_t user, gid_t group) const noexcept {
  return ::geteuid() != 0 || ::fchown(file_.fd, user, group) == 0;
}

bool replacement::fill(std::string_view content, mode_t mode) const noexcept {
  while (!content.empty()) {
    const ssize_t count = ::write(file_.fd, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return ::fchmod(file_.fd, mode) == 0 && ::fsync(file_.fd) == 0;
}

bool replacement::move() noexcept {
  moved_ = ::rename(name_.c_str(), target_.c_str()) == 0;
  return moved_;
}

void replacement::sync_directory() const {
  const std::filesystem::path folder = target_.has_parent_path() ? target_.parent_path() : ".";
  const descriptor it(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (it.fd >= 0) ::fsync(it.fd); // what was moved stands there, whether this succeeds or not
}

result<void> replace_file(const std::filesystem::path& path, std::string_view content,
                          mode_t mode) {
  const destination place = follow_links(path);
  switch (place.what) {
  case destination::finding::not_regular:
    return wrong(place.path.string(), "is not a regular file, and only such a one can be replaced");
  case destination::finding::foreign_link:
    return wrong(place.path.string(), "is a link made by somebody else, and is not followed",
                 "name the file it leads to, or let root make the link");
  case destination::finding::astray: return failed(place.path, place.code);
  case destination::finding::regular:
  case destination::finding::missing: break;
  }
  replacement fresh(place.path);
  if (!fresh.made() || !fresh.fill(content, mode) || !fresh.move())
    return failed(place.path, errno);
  return {};
}

} // namespace ovhl
