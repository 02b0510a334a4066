#include "complaints.hpp"

#include "os/terminal.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace ovhl {

// main() looks whether everything could be written.
void show(std::string_view result) { std::fwrite(result.data(), 1, result.size(), stdout); }

void complain(std::span<const config::diagnostic> all, const char* kind) {
  const terminal t = os::detect_terminal(2);
  for (config::diagnostic d : all) {
    d.message = kind + d.message;
    fmt::print(stderr, "{}\n", t.tty ? config::illustrated(d, t.colour) : config::words(d));
  }
}

void say(std::string_view words) { std::fwrite(words.data(), 1, words.size(), stderr); }

void complain(const error& e) { say(fmt::format("ovh-licensed: {}\n", words(e))); }

void complain(const agent::read_outcome& read) {
  complain(read.warnings, "warning: ");
  complain(read.mistakes);
  for (const error& e : read.problems)
    complain(e);
}

} // namespace ovhl
