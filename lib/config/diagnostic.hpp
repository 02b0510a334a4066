// A mistake in a file, with its position. All mistakes of a file are reported at once, in the order
// of its lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::config {

struct diagnostic {
  std::string file; // as the person named it
  int line = 0;     // from 1; 0: the file as a whole (missing, unreadable, not YAML at all)
  int column = 0;   // from 1, in characters
  std::string message;
  std::string source; // the line itself

  friend bool operator==(const diagnostic&, const diagnostic&) = default;
};

// "config.yaml:12:7: unknown key 'conections'; did you mean 'connections'?"
std::string words(const diagnostic&);
// The same with the line and a caret under the place, for a terminal.
std::string illustrated(const diagnostic&, bool colour);

// The result of reading a file: there is a value if and only if there are no errors.
template <class T>
struct checked {
  std::optional<T> value;
  std::vector<diagnostic> errors;
  std::vector<diagnostic> warnings; // no reason to refuse the file
};

} // namespace ovhl::config
