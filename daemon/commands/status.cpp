// `status`: what the daemon last wrote, and whether it is still there to write.
#include "commands/commands.hpp"
#include "complaints.hpp"
#include "loop/clock.hpp"
#include "os/terminal.hpp"
#include "publish/status_text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

namespace ovhl::commands {

namespace {

std::optional<std::string> content(const path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad() || !in.is_open()) return std::nullopt;
  return text;
}

bool alive(int pid) { return pid > 0 && (::kill(pid, 0) == 0 || errno != ESRCH); }

// Why what the file says cannot be taken for what is so now; empty where it can.
std::string doubt(const publish::status_view& seen, instant now) {
  if (seen.daemon.state == publish::daemon_state::stopping) return "the daemon has been stopped";
  if (!alive(seen.daemon.pid))
    return fmt::format("the daemon is gone: there is no process {}", seen.daemon.pid);
  if (seen.overdue(now)) return "the next poll should be over by now: the daemon hangs";
  return {};
}

exit_status judged(const publish::status_view& seen, bool trustworthy) {
  using publish::due_state;
  if (!trustworthy || !seen.complete()) return exit_status::incomplete;
  if (seen.in_state(due_state::failed) + seen.in_state(due_state::held) > 0)
    return exit_status::failed;
  return seen.due() > 0 ? exit_status::drift : exit_status::fine;
}

} // namespace

exit_status execute(const path& config, const status_options& chosen) {
  const auto settings = config::read_settings(config);
  complain(settings.errors);
  if (!settings.value) return exit_status::wrong;
  const path& file = settings.value->status.file;

  const auto text = content(file);
  if (!text) {
    error e;
    e.where = file.string();
    e.message = fmt::format("there is no status to show: {}", std::strerror(errno));
    e.advice = "is the daemon running, and with this configuration?";
    complain(e);
    return exit_status::incomplete;
  }
  auto seen = publish::read_status(*text);
  if (!seen) {
    error e = seen.error();
    if (e.where.empty()) e.where = file.string();
    complain(e);
    return exit_status::incomplete;
  }
  seen->poll_timeout = settings.value->poll.timeout;
  const instant now = loop::real_clock().wall();
  const std::string why = doubt(*seen, now);
  if (!why.empty()) fmt::print(stderr, "ovh-licensed: {}\n", why);
  show(chosen.format == format::json ? *text
                                     : publish::status_text(*seen, os::detect_terminal(1), now));
  return judged(*seen, why.empty());
}

} // namespace ovhl::commands
