// What the program knows about its output. Detected by os/terminal.hpp, passed as a value to
// whatever renders text.
#pragma once

#include <cstddef>

namespace ovhl {

struct terminal {
  bool tty = false;       // a person is looking: fit the width, show progress, ask
  bool colour = false;    // escape sequences are welcome; never without tty
  std::size_t width = 80; // columns; means nothing without tty
};

} // namespace ovhl
