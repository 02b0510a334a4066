// Output for people: results on stdout; problems on stderr, with the line and a caret on a
// terminal, one line each elsewhere. On a terminal, sentences are wrapped at its width.
#pragma once

#include "agent/setup.hpp"
#include "base/error.hpp"
#include "exit_status.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

namespace ovhl {

void show(std::string_view result); // as it is
// Sentences; continuation lines are indented by this much more.
void show_wrapped(std::string_view sentences, std::size_t indent = 2);
template <class... Args>
void print(fmt::format_string<Args...> words, Args&&... args) {
  show_wrapped(fmt::format(words, std::forward<Args>(args)...));
}
// Sentences on stderr. Write errors are ignored.
void say(std::string_view words);

void complain(std::span<const config::diagnostic>, const char* kind = ""); // kind: "warning: "
void complain(const error&);
// All problems and warnings of a failed read.
void complain(const agent::read_outcome&);
// Complains, and returns the exit status.
exit_status fail(const error&, exit_status how = exit_status::wrong);

} // namespace ovhl
