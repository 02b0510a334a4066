// What was said about a file, one line each, for comparing whole.
#pragma once

#include "config/diagnostic.hpp"

#include <string>
#include <vector>

namespace ovhl::config {

inline std::string lines(const std::vector<diagnostic>& list) {
  std::string all;
  for (const diagnostic& d : list)
    all += words(d) + "\n";
  return all;
}

// A file and everything that is said about it.
struct mistaken {
  std::string text;
  std::string said; // without the last line's end
};

} // namespace ovhl::config
