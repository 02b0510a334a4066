// `status`: what the daemon last wrote, and whether it is still there to write.
#include "base/descriptor.hpp"
#include "base/wrong.hpp"
#include "commands/commands.hpp"
#include "complaints.hpp"
#include "loop/clock.hpp"
#include "os/terminal.hpp"
#include "publish/icinga.hpp"
#include "publish/status_text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace ovhl::commands {

namespace {

// Of a regular file: a pipe that lies there would be waited for.
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

// A process of another user, which we may not signal, is alive, too.
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

// What there is to show, or why there is nothing.
struct found {
  std::string text;
  publish::status_view seen;
};

result<found> find_status(const config::settings& settings) {
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
  return found{std::move(*text), std::move(*seen)};
}

// Said by the file system; that it may not be looked at is something else.
bool missing(const path& file) {
  std::error_code failed;
  return !std::filesystem::exists(file, failed) && !failed;
}

// Plugins have exit statuses of their own.
exit_status execute_check(const path& config, publish::strictness strict) {
  const auto check = [&] {
    const auto settings = config::read_settings(config);
    if (!settings.value) {
      const auto& all = settings.errors;
      return publish::icinga_unknown(all.empty() ? "the configuration cannot be read"
                                                 : config::words(all.front()));
    }
    const path& file = settings.value->status.file;
    if (missing(file)) return publish::icinga_never_ran(file.string());
    const auto status = find_status(*settings.value);
    if (!status) return publish::icinga_unknown(words(status.error()));
    const instant now = loop::real_clock().wall();
    return publish::icinga_check(status->seen, doubt(status->seen, now), now, strict);
  }();
  show(check.text);
  return static_cast<exit_status>(check.how);
}

} // namespace

exit_status execute(const path& config, const status_options& chosen) {
  if (chosen.format == format::icinga)
    return execute_check(config, chosen.strict ? publish::strictness::strict
                                               : publish::strictness::lenient);
  const auto settings = config::read_settings(config);
  complain(settings.errors);
  if (!settings.value) return exit_status::wrong;
  const auto status = find_status(*settings.value);
  if (!status) {
    complain(status.error());
    return exit_status::incomplete;
  }
  const auto& [text, seen] = *status;
  const instant now = loop::real_clock().wall();
  const std::string why = doubt(seen, now);
  if (!why.empty()) fmt::print(stderr, "ovh-licensed: {}\n", why);
  if (chosen.format == format::json)
    show(text);
  else if (chosen.format == format::csv)
    show(publish::status_csv(seen, chosen.rows.only));
  else
    show(publish::status_text(seen, os::detect_terminal(1), now,
                              {chosen.rows.wanted(), chosen.rows.only}));
  return judged(seen, why.empty());
}

} // namespace ovhl::commands
