// The messages about a file, one per line, to be compared as a whole.
#pragma once

#include "config/diagnostic.hpp"
#include "support/printing.hpp"

#include <string>
#include <vector>

namespace ovhl::config {

inline std::string lines(const std::vector<diagnostic>& list) {
  std::string all;
  for (const diagnostic& d : list)
    all += words(d) + "\n";
  return all;
}

// A file and every message about it.
struct mistaken {
  std::string text;
  std::string said; // without the last line's end
};

} // namespace ovhl::config
