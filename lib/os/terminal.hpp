// Whether a file descriptor is a terminal that a person looks at, and how wide its window is.
#pragma once

#include "base/terminal.hpp"

namespace ovhl::os {

// Colour is used only on a terminal that supports it (TERM is set and not "dumb") and only without
// NO_COLOR. The width is $COLUMNS if it is a number, else the window's, else 80.
terminal detect_terminal(int fd);

} // namespace ovhl::os
