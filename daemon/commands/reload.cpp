// `reload`: makes the daemon read its files again and waits for the result. It is the service's
// ExecReload=, so that no other program is needed to send a signal.
#include "base/file_error.hpp"
#include "base/read_file.hpp"
#include "base/wrong.hpp"
#include "commands/commands.hpp"
#include "complaints.hpp"
#include "loop/clock.hpp"
#include "publish/status_text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <thread>

namespace ovhl::commands {

namespace {

using reload_line = publish::policy_status::reload;

constexpr std::chrono::seconds patience{60};
constexpr std::chrono::milliseconds pause{20};

// The result the daemon last reported; null if there is none, or it cannot be read.
std::optional<reload_line> last_reload(const path& status_file) {
  const auto text = read_file(status_file, publish::largest_status);
  if (!text) return std::nullopt;
  const auto seen = publish::read_status(*text);
  if (!seen) return std::nullopt;
  return seen->policy.last_reload;
}

exit_status refused(const std::string& why) {
  say(fmt::format("ovh-licensed: reload refused, the previous configuration stays in force: {}\n",
                  why));
  return exit_status::wrong;
}

// A reload is identified by its second: wait until the second of the last one has passed.
void let_pass(const path& status_file, const loop::real_clock& clock) {
  const auto last = last_reload(status_file);
  while (last && last->at == clock.wall())
    std::this_thread::sleep_for(pause);
}

exit_status wait_for_answer(const path& status_file, int daemon, instant asked) {
  for (std::chrono::milliseconds waited{0}; waited < patience; waited += pause) {
    if (const auto last = last_reload(status_file); last && last->at >= asked)
      return last->ok ? exit_status::fine : refused(last->error.value_or(""));
    if (::kill(daemon, 0) != 0 && errno == ESRCH) break;
    std::this_thread::sleep_for(pause);
  }
  return fail(wrong(status_file.string(), "the daemon has not reported the result",
                    "see journalctl -u ovh-licensed"),
              exit_status::incomplete);
}

} // namespace

exit_status execute(const path& config, const reload_options& chosen) {
  const loop::real_clock clock;
  const auto settings = config::read_settings(config);
  if (settings.value) let_pass(settings.value->status.file, clock);
  const instant asked = clock.wall();
  // The signal is sent first, even if the files are wrong: the status then shows the mistakes, too.
  if (::kill(chosen.daemon, SIGHUP) != 0) {
    say(fmt::format("ovh-licensed: cannot signal process {}: {}\n", chosen.daemon,
                    errno_text(errno)));
    return exit_status::wrong;
  }
  // Shows every mistake with its line. If a file is wrong, the status may be written elsewhere.
  if (const auto checked = execute(config, check_options{.only_mistakes = true});
      checked != exit_status::fine)
    return checked;
  return wait_for_answer(settings.value->status.file, chosen.daemon, asked);
}

} // namespace ovhl::commands
