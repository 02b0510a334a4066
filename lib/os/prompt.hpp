// A question to the person at the terminal.
#pragma once

#include "base/secret.hpp"

#include <optional>
#include <string_view>

namespace ovhl::os {

struct answered {
  std::optional<secret> text; // a line without its end; nothing: the input has ended
  bool stopped = false;       // by SIGINT, SIGTERM, SIGQUIT or SIGHUP
};

// Asks on stderr and reads the answer from stdin, which must be a terminal. The answer to a
// `hidden` question is not shown, and Ctrl-Z does not stop the program. The terminal's state is
// always restored.
answered ask(std::string_view question, bool hidden);

} // namespace ovhl::os
