// A question to the person at the terminal.
#pragma once

#include "base/secret.hpp"

#include <optional>
#include <string_view>

namespace ovhl::os {

struct answered {
  std::optional<secret> text; // a line without its end; nothing: the input has ended
  bool stopped = false;       // by SIGINT, SIGTERM, SIGQUIT or SIGHUP, which are heeded here
};

// Asked on stderr, answered on stdin, which must be a terminal. What is typed to a `hidden` one is
// not shown, and Ctrl-Z is a key like others; however it ends, the terminal is as it was before.
answered ask(std::string_view question, bool hidden);

} // namespace ovhl::os
