// Sentences for a person: on a terminal in lines that fit, elsewhere as they are.
#pragma once

#include "base/terminal.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace ovhl {

// Breaks each line that is wider than the terminal and indents its continuation by `indent` more
// columns. A word that is wider than a line stays whole, because a person may want to copy it. The
// text may contain colours.
std::string hanging(std::string_view text, const terminal&, std::size_t indent = 2);

} // namespace ovhl
