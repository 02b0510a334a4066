#include "ovh/credentials/conf_access.hpp"

#include "base/atomic_file.hpp"
#include "base/descriptor.hpp"
#include "base/directory_path.hpp"
#include "base/file_error.hpp"
#include "base/wrong.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace ovhl::ovh {

namespace fs = std::filesystem;

namespace {

error unreadable(const fs::path& path, int code) {
  return file_error(path, "cannot be read: ", code);
}

// What is wrong with the type, owner or mode of a file.
std::optional<error> improper(const fs::path& path, const struct stat& facts) {
  if (!S_ISREG(facts.st_mode)) return wrong(path.string(), "is not a regular file");
  if (facts.st_uid != 0 && facts.st_uid != ::geteuid())
    return wrong(
        path.string(),
        fmt::format("belongs to {}; it must belong to root or to the user who runs the command",
                    user_called(facts.st_uid)),
        fmt::format("if its content is right: chown {} {}",
                    ::geteuid() == 0 ? "root" : user_called(::geteuid()), path.string()));
  if ((facts.st_mode & 077U) != 0)
    return wrong(path.string(),
                 fmt::format("is accessible to other users (mode {:04o})", facts.st_mode & 07777U),
                 fmt::format("chmod 600 {}", path.string()));
  return std::nullopt;
}

// Follows the links; fails if another user could redirect the path.
result<fs::path> end_of(const fs::path& path) {
  using enum destination::kind;
  destination found = follow_links(path);
  switch (found.what) {
  case regular: return std::move(found.path);
  case not_regular: return wrong(path.string(), "is not a regular file");
  case foreign_link:
    return wrong(found.path.string(),
                 "is a symbolic link owned by another user; it is not followed",
                 "name the file itself, or have root create the link");
  case foreign_way:
    return wrong(
        path.string(),
        fmt::format("another user can redirect this path: '{}' is not controlled by root alone",
                    found.path.string()),
        "keep it below directories that only root can change");
  case missing:
  case astray: break;
  }
  return unreadable(path, found.code);
}

conf_access access_to(const fs::path& path) {
  conf_access out{path, std::nullopt, std::nullopt};
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) {
    if (errno != ENOENT && errno != ENOTDIR)
      out.hidden = wrong(path.string(), "cannot be accessed: " + errno_text(errno),
                         "run the command as root (sudo)");
    return out;
  }
  const auto end = end_of(path);
  if (!end)
    out.wrong = end.error();
  else if (::lstat(end->c_str(), &facts) == 0)
    out.wrong = improper(path, facts);
  return out;
}

} // namespace

result<std::string> read_conf(const fs::path& path, kept_by whom) {
  fs::path end = path;
  if (whom == kept_by::us) {
    auto found = end_of(path);
    if (!found) return found.error();
    end = std::move(*found);
  }
  // Checks the open file, because its name could lead to another file a moment later.
  const int links = whom == kept_by::us ? O_NOFOLLOW : 0;
  const descriptor file(::open(end.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | links));
  struct stat facts{};
  if (file.fd < 0 || ::fstat(file.fd, &facts) != 0) return unreadable(path, errno);
  if (!S_ISREG(facts.st_mode)) return wrong(path.string(), "is not a regular file");
  if (whom == kept_by::us)
    if (auto why = improper(path, facts)) return std::move(*why);
  return read_secretly(file.fd, path);
}

std::vector<conf_access> check_conf_access(const std::optional<fs::path>& file,
                                           const surroundings& around) {
  std::vector<conf_access> all;
  if (file)
    all.push_back(access_to(*file));
  else
    for (const fs::path& path : around.shared_files)
      all.push_back(access_to(path));
  return all;
}

} // namespace ovhl::ovh
