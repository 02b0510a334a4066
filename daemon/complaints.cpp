#include "complaints.hpp"

#include "base/sentences.hpp"
#include "os/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace ovhl {

// main() checks whether everything could be written.
void show(std::string_view result) { std::fwrite(result.data(), 1, result.size(), stdout); }

void show_wrapped(std::string_view sentences, std::size_t indent) {
  show(hanging(sentences, os::detect_terminal(1), indent));
}

namespace {

// The line of the file and the caret below it are never wrapped.
std::string with_source(const config::diagnostic& d, const terminal& t) {
  const std::string all = config::illustrated(d, t.colour);
  const auto end = std::min(all.find('\n'), all.size());
  return hanging(std::string_view(all).substr(0, end), t) + all.substr(end);
}

} // namespace

void complain(std::span<const config::diagnostic> all, const char* kind) {
  const terminal t = os::detect_terminal(2);
  for (config::diagnostic d : all) {
    d.message = kind + d.message;
    fmt::print(stderr, "{}\n", t.tty ? with_source(d, t) : config::words(d));
  }
}

void say(std::string_view words) {
  const std::string lines = hanging(words, os::detect_terminal(2));
  std::fwrite(lines.data(), 1, lines.size(), stderr);
}

void complain(const error& e) { say(fmt::format("ovh-licensed: {}\n", words(e))); }

exit_status fail(const error& e, exit_status how) {
  complain(e);
  return how;
}

void complain(const agent::read_outcome& read) {
  complain(read.warnings, "warning: ");
  complain(read.mistakes);
  for (const error& e : read.problems)
    complain(e);
}

} // namespace ovhl
