#include "status_file.hpp"

#include "base/descriptor.hpp"
#include "base/wrong.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace ovhl {

namespace {

using path = std::filesystem::path;

// Only regular files: reading a pipe could block.
result<std::string> content(const path& file) {
  const auto none = [&](const char* why) {
    return wrong(file.string(), fmt::format("there is no status to show: {}", why),
                 "is the daemon running, and with this configuration?");
  };
  const descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat facts{};
  if (in.fd < 0 || ::fstat(in.fd, &facts) != 0) return none(std::strerror(errno));
  if (S_ISDIR(facts.st_mode)) return none(std::strerror(EISDIR));
  if (!S_ISREG(facts.st_mode)) return none("this is not a regular file");
  std::string text;
  std::array<char, 65536> piece;
  for (ssize_t n = 0; (n = ::read(in.fd, piece.data(), piece.size())) != 0;) {
    if (n < 0 && errno != EINTR) return none(std::strerror(errno));
    if (n > 0) text.append(piece.data(), static_cast<std::size_t>(n));
  }
  return text;
}

// A process of another user, which we may not signal, is also alive.
bool alive(int pid) { return pid > 0 && (::kill(pid, 0) == 0 || errno != ESRCH); }

} // namespace

result<status_file> read_status_file(const config::settings& settings) {
  const path& file = settings.status.file;
  auto text = content(file);
  if (!text) return text.error();
  auto seen = publish::read_status(*text);
  if (!seen) {
    error e = seen.error();
    if (e.where.empty()) e.where = file.string();
    return e;
  }
  seen->poll_timeout = settings.poll.timeout;
  return status_file{std::move(*text), std::move(*seen)};
}

bool no_status_file(const config::settings& settings) {
  std::error_code failed;
  return !std::filesystem::exists(settings.status.file, failed) && !failed;
}

liveness liveness_of(const publish::status_view& seen, instant now) {
  if (seen.daemon.state == publish::daemon_state::stopping) return liveness::stopped;
  if (!alive(seen.daemon.pid)) return liveness::gone;
  return seen.overdue(now) ? liveness::hangs : liveness::runs;
}

std::string doubt(const publish::status_view& seen, instant now) {
  switch (liveness_of(seen, now)) {
  case liveness::stopped: return "the daemon has been stopped";
  case liveness::gone:
    return fmt::format("the daemon is gone: there is no process {}", seen.daemon.pid);
  case liveness::hangs: return "the next poll is overdue: the daemon hangs";
  case liveness::runs: break;
  }
  return {};
}

} // namespace ovhl
