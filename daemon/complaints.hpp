// Telling a person: results on stdout; what is wrong on stderr, with the line and a caret on a
// terminal, one line each elsewhere. On a terminal sentences are wrapped at its width.
#pragma once

#include "agent/setup.hpp"
#include "base/error.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

namespace ovhl {

void show(std::string_view result); // as it is
// Sentences; what they go on with is indented by so much more.
void tell(std::string_view sentences, std::size_t indent = 2);
template <class... Args>
void print(fmt::format_string<Args...> words, Args&&... args) {
  tell(fmt::format(words, std::forward<Args>(args)...));
}
// Sentences on stderr. Whether anybody hears it makes no difference.
void say(std::string_view words);

void complain(std::span<const config::diagnostic>, const char* kind = ""); // kind: "warning: "
void complain(const error&);
// Everything in a read that failed, and its warnings.
void complain(const agent::read_outcome&);

} // namespace ovhl
