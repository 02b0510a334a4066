#include "os/prompt.hpp"

#include "os/signals_blocked.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <string>

namespace ovhl::os {

namespace {

volatile std::sig_atomic_t stop_wanted = 0;

// These signals are blocked except while we wait, so that none is lost just before waiting.
class heeding {
 public:
  heeding() {
    stop_wanted = 0;
    struct sigaction action{};
    action.sa_handler = [](int) { stop_wanted = 1; };
    for (std::size_t i = 0; i < ending_signals.size(); ++i)
      ::sigaction(ending_signals[i], &action, &before_[i]);
  }
  ~heeding() {
    for (std::size_t i = 0; i < ending_signals.size(); ++i)
      ::sigaction(ending_signals[i], &before_[i], nullptr);
  }
  heeding(const heeding&) = delete;
  heeding& operator=(const heeding&) = delete;

  const sigset_t& mask_before() const noexcept { return blocked_.mask_before(); }

 private:
  signals_blocked blocked_; // until after the others are as before
  std::array<struct sigaction, ending_signals.size()> before_{};
};

class unseen {
 public:
  explicit unseen(bool wanted) : wanted_(wanted && ::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!wanted_) return;
    termios now = before_;
    now.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    now.c_lflag |= ECHONL; // show the line's end only
    // A shell switches the echo on again if the program is stopped, and `fg` leaves it on.
    now.c_cc[VSUSP] = _POSIX_VDISABLE;
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &now);
  }
  ~unseen() {
    if (wanted_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  unseen(const unseen&) = delete;
  unseen& operator=(const unseen&) = delete;

 private:
  termios before_{};
  bool wanted_;
};

void say(std::string_view text) {
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

} // namespace

answered ask(std::string_view question, bool hidden) {
  const heeding signals;
  const unseen typing(hidden);
  say(question);
  std::string line(4096, '\0'); // as long as a terminal's line can be
  answered out;
  for (;;) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    const int ready = ::ppoll(&input, 1, nullptr, &signals.mask_before());
    if (stop_wanted != 0) {
      out.stopped = true;
      say("\n");
      break;
    }
    if (ready < 0) continue;
    const ssize_t n = ::read(STDIN_FILENO, line.data(), line.size());
    if (n > 0) {
      const auto typed = std::string_view(line).substr(0, static_cast<std::size_t>(n));
      out.text = secret(typed.substr(0, typed.find_first_of("\r\n")));
    } else {
      say("\n");
    }
    break;
  }
  wipe(line);
  return out;
}

} // namespace ovhl::os
