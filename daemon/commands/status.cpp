// `status`: what the daemon last wrote, and whether it is still there to write.
#include "commands/commands.hpp"
#include "complaints.hpp"
#include "loop/clock.hpp"
#include "os/terminal.hpp"
#include "publish/icinga.hpp"
#include "publish/status_text.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

namespace ovhl::commands {

namespace {

// None: errno says why.
std::optional<std::string> content(const path& file) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(std::fopen(file.c_str(), "rbe"),
                                                           &std::fclose);
  if (!in) return std::nullopt;
  std::string text;
  std::array<char, 65536> piece;
  while (const std::size_t n = std::fread(piece.data(), 1, piece.size(), in.get()))
    text.append(piece.data(), n);
  if (std::ferror(in.get()) != 0) return std::nullopt;
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
  if (!text) {
    error e;
    e.where = file.string();
    e.message = fmt::format("there is no status to show: {}", std::strerror(errno));
    e.advice = "is the daemon running, and with this configuration?";
    return e;
  }
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
  std::error_code wrong;
  return !std::filesystem::exists(file, wrong) && !wrong;
}

// Plugins have exit statuses of their own.
exit_status execute_check(const path& config) {
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
    return publish::icinga_check(status->seen, doubt(status->seen, now), now);
  }();
  show(check.text);
  return static_cast<exit_status>(check.how);
}

} // namespace

exit_status execute(const path& config, const status_options& chosen) {
  if (chosen.format == format::icinga) return execute_check(config);
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
  show(chosen.format == format::json ? text
                                     : publish::status_text(seen, os::detect_terminal(1), now));
  return judged(seen, why.empty());
}

} // namespace ovhl::commands
