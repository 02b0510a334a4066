// The INI dialect of the OVHcloud tools: [sections], `key = value` or `key: value`, and comments on
// separate lines. Reading and editing a file use the same lines.
#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::ovh {

// An INI file as sections of keys. Every mistake is an error "ovh.conf:3: ..." that never quotes a
// value.
struct ini {
  std::map<std::string, std::map<std::string, secret, std::less<>>, std::less<>> sections;
};
result<ini> parse_ini(std::string_view text, std::string_view file_name);

struct ini_line {
  enum class kind : std::uint8_t { blank, section, key, wrong }; // blank: empty, or a comment
  kind what = kind::blank;
  std::string_view text, line_end; // "\n", "\r\n"; the last line may have none
  std::string_view name;           // of the section or key, as it is written
  std::string_view before, value;  // of a key: everything before its value, and the value
};
// Removes the byte order mark that Windows editors write; true if there was one.
bool skip_mark(std::string_view& text) noexcept;
std::vector<ini_line> ini_lines(std::string_view text);

} // namespace ovhl::ovh
