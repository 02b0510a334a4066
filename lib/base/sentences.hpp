// Sentences for a person: on a terminal in lines that fit, elsewhere as they are.
#pragma once

#include "base/terminal.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace ovhl {

// Each line that is wider than the terminal goes on in further lines, indented by `indent` more
// than it is itself. A word that is wider than a line stays whole: it may be there to be copied.
// The text may have colours.
std::string hanging(std::string_view text, const terminal&, std::size_t indent = 2);

} // namespace ovhl
