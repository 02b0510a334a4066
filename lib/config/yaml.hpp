// YAML as a tree of located values: what was written and where, without interpretation. It is made
// from yaml-cpp's events, so that repeated keys are kept and can be reported. Depth and size are
// bounded for every text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::config {

struct position {
  int line = 0;   // from 1
  int column = 0; // from 1, in bytes

  friend auto operator<=>(const position&, const position&) = default;
};

struct node {
  enum class kind { null, scalar, list, map };

  kind what = kind::null;
  position at;
  std::string text;        // of a scalar
  bool quoted = false;     // a scalar that was written in quotes or as a block
  std::vector<node> keys;  // of a map, beside `items`
  std::vector<node> items; // of a list or a map

  // The value of a map's key, or nothing.
  const node* find(std::string_view key) const noexcept;
};

struct yaml {
  node root;                     // null: the text is empty
  std::optional<position> wrong; // where the text is not YAML; line 0: the text as a whole is not
  std::string why;
};

yaml parse_yaml(std::string_view text);

} // namespace ovhl::config
