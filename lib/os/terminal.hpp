// Whether a person is looking at what is written to a file descriptor, and how wide their window
// is.
#pragma once

#include "base/terminal.hpp"

namespace ovhl::os {

// Colour only on a terminal that can (TERM is set and not "dumb") and where NO_COLOR does not
// forbid it. The width is $COLUMNS if it is a number, else the window's, else 80.
terminal detect_terminal(int fd);

} // namespace ovhl::os
