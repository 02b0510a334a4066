#include "status_file.hpp"

#include "base/file_error.hpp"
#include "base/read_file.hpp"
#include "base/wrong.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <system_error>
#include <utility>

namespace ovhl {

namespace {

using path = std::filesystem::path;

error no_status(const path& file, const unread_file& found) {
  const std::string why = found.why == unread_file::cause::failed ? errno_text(found.code)
                          : found.why == unread_file::cause::not_regular
                              ? "this is not a regular file"
                              : "it is too large";
  return wrong(file.string(), "there is no status to show: " + why,
               "is the daemon running, and with this configuration?");
}

// A process of another user, which we may not signal, is also alive.
bool alive(int pid) { return pid > 0 && (::kill(pid, 0) == 0 || errno != ESRCH); }

} // namespace

result<status_file> read_status_file(const config::settings& settings) {
  const path& file = settings.status.file;
  auto text = read_file(file, publish::largest_status);
  if (!text) return no_status(file, text.error());
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
