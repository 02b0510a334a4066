#include "plan_file.hpp"

#include "base/descriptor.hpp"
#include "base/digest.hpp"
#include "base/wrong.hpp"
#include "publish/plan_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

namespace ovhl {

namespace {

constexpr std::size_t largest = std::size_t(128) << 20U; // as read_plan() has it

error refused(const std::filesystem::path& file, std::string why) {
  return wrong(file.string(), std::move(why), "make one with `ovh-licensed plan --out`");
}

error unreadable(const std::filesystem::path& file, int code) {
  const std::string why = fmt::format("cannot be read: {}", std::strerror(code));
  if (code == EACCES) return wrong(file.string(), why, "use sudo");
  return refused(file, why);
}

} // namespace

result<plan_file> read_plan_file(const std::filesystem::path& file) {
  // A pipe that nobody writes to must not block.
  const descriptor in(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  struct stat found{};
  if (in.fd < 0 || ::fstat(in.fd, &found) != 0) return unreadable(file, errno);
  if (S_ISDIR(found.st_mode)) return unreadable(file, EISDIR);
  if (!S_ISREG(found.st_mode)) return refused(file, "not a regular file");
  if (static_cast<std::size_t>(found.st_size) > largest)
    return refused(
        file, fmt::format("not an ovh-licensed plan: it is larger than {} MiB", largest >> 20U));
  std::string text;
  for (std::string piece(std::size_t(1) << 20U, '\0'); text.size() <= largest;) {
    const ssize_t got = ::read(in.fd, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(file, errno);
    if (got == 0) break;
    text.append(piece, 0, static_cast<std::size_t>(got));
  }
  std::string digest = sha256(text);
  return plan_file{std::move(text), std::move(digest)};
}

} // namespace ovhl
