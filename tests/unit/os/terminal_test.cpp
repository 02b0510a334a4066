#include "os/terminal.hpp"
#include "support/environment_variable.hpp"
#include "support/listening_pipe.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <string>

namespace os = ovhl::os;
using variable = ovhl::test::environment_variable;

namespace {

class pseudo_terminal {
 public:
  explicit pseudo_terminal(unsigned short width)
      : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    REQUIRE(master_ >= 0);
    REQUIRE(::grantpt(master_) == 0);
    REQUIRE(::unlockpt(master_) == 0);
    slave_ = ::open(::ptsname(master_), O_RDWR | O_NOCTTY | O_CLOEXEC);
    REQUIRE(slave_ >= 0);
    winsize window{};
    window.ws_col = width;
    REQUIRE(::ioctl(slave_, TIOCSWINSZ, &window) == 0);
  }
  ~pseudo_terminal() {
    ::close(slave_);
    ::close(master_);
  }
  pseudo_terminal(const pseudo_terminal&) = delete;
  pseudo_terminal& operator=(const pseudo_terminal&) = delete;
  int fd() const noexcept { return slave_; }

 private:
  int master_;
  int slave_ = -1;
};

} // namespace

TEST_CASE("a pipe is no terminal, whatever the variables say") {
  const variable term("TERM", "xterm");
  const variable columns("COLUMNS", "120");
  const ovhl::test::listening_pipe pipe;
  const auto t = os::detect_terminal(pipe.fd());
  CHECK_FALSE(t.tty);
  CHECK_FALSE(t.colour);
}

TEST_CASE("a terminal has colour unless TERM or NO_COLOR speak against it, and COLUMNS goes before "
          "the window") {
  using text = std::optional<std::string>;
  struct {
    text term, no_color, columns;
    unsigned short window;
    bool colour;
    std::size_t width;
  } const table[] = {
      {"xterm-256color", {}, {}, 132, true, 132},
      {"xterm", "", {}, 132, true, 132},
      {"xterm", "1", {}, 132, false, 132},
      {"dumb", {}, {}, 132, false, 132},
      {text(), {}, {}, 132, false, 132},
      {"xterm", {}, "60", 132, true, 60},
      {"xterm", {}, "wide", 132, true, 132},
      {"xterm", {}, "0", 132, true, 132},
      {"xterm", {}, {}, 0, true, 80},
  };
  for (const auto& row : table) {
    CAPTURE(&row - std::begin(table));
    const pseudo_terminal terminal(row.window);
    const variable term("TERM", row.term);
    const variable no_color("NO_COLOR", row.no_color);
    const variable columns("COLUMNS", row.columns);
    const auto t = os::detect_terminal(terminal.fd());
    CHECK(t.tty);
    CHECK(t.colour == row.colour);
    CHECK(t.width == row.width);
  }
}
