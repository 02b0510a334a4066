#include "os/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

namespace ovhl::os {

namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

std::size_t width_of(int fd) {
  const std::string written(variable("COLUMNS"));
  std::size_t width = 0;
  const char* const end = written.data() + written.size();
  const auto [rest, failed] = std::from_chars(written.data(), end, width);
  if (failed == std::errc() && rest == end && width > 0) return width;

  winsize window{};
  if (ioctl(fd, TIOCGWINSZ, &window) == 0 && window.ws_col > 0) return window.ws_col;
  return 80;
}

} // namespace

terminal detect_terminal(int fd) {
  if (isatty(fd) == 0) return {};
  const std::string_view kind = variable("TERM");
  const bool colour = !kind.empty() && kind != "dumb" && variable("NO_COLOR").empty();
  return {true, colour, width_of(fd)};
}

} // namespace ovhl::os
