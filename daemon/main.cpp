// ovh-licensed: parses the command line, runs one command, returns its exit status.
#include "commands/commands.hpp"
#include "options.hpp"
#include "os/hardening.hpp"

#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <variant>

namespace {

// Whether the reader of our output, `head` perhaps, has closed it. That is no failure.
bool reader_gone() {
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  return ::poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
}

} // namespace

int main(int argc, char** argv) {
  using namespace ovhl;
  // A peer or a pager that goes away, and a limit on the size of files, are errors to handle.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  os::forbid_core_dumps(); // a core would hold credentials
  try {
    const auto parsed = parse_options(argc, argv);
    if (const int* status = std::get_if<int>(&parsed)) return *status;
    const auto& chosen = std::get<options>(parsed);
    const exit_status status =
        std::visit([&](const auto& command) { return commands::execute(chosen.config, command); },
                   chosen.command);
    // `apply` handles its output errors itself: its corrections are made, shown or not. Any other
    // command has failed if its output cannot be written.
    if (std::holds_alternative<apply_options>(chosen.command)) return static_cast<int>(status);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return static_cast<int>(status);
    if (reader_gone()) return static_cast<int>(status);
    std::perror("ovh-licensed: writing to standard output");
  } catch (const std::exception& e) {
    if (std::ferror(stdout) == 0) { // else thrown by whoever printed
      std::fprintf(stderr, "ovh-licensed: this is a bug, please report it: %s\n", e.what());
      // Not an exit status, which would claim what was done; and systemd restarts the daemon.
      std::abort();
    }
    std::fprintf(stderr, "ovh-licensed: writing to standard output: %s\n", e.what());
  }
  return static_cast<int>(exit_status::wrong);
}
