// The INI dialect of the OVHcloud tools: [sections], `key = value` or `key: value`, comments on
// lines of their own.
#include "base/text.hpp"
#include "ovh/credentials/credentials.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ovhl::ovh {

namespace {

error mistake(std::string_view file, int line, std::string message) {
  error e;
  e.where = fmt::format("{}:{}", file, line);
  e.message = std::move(message);
  return e;
}

// Whether a name may stand in a message: what looks like a secret that slipped into the wrong
// column must not.
bool presentable(std::string_view name) {
  return name.size() <= 24 && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || c == '_';
         });
}

} // namespace

result<ini> parse_ini(std::string_view text, std::string_view file_name) {
  ini out;
  std::map<std::string, secret, std::less<>>* section = nullptr;
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3); // as Windows editors begin a file
  for (int number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;

    if (line.front() == '[') {
      const std::string_view name =
          line.back() == ']' ? trimmed(line.substr(1, line.size() - 2)) : std::string_view();
      if (name.empty()) return mistake(file_name, number, "expected '[section]'");
      section = &out.sections[std::string(name)];
      continue;
    }
    const auto sign = line.find_first_of("=:");
    if (sign == std::string_view::npos || sign == 0)
      return mistake(file_name, number, "expected 'key = value' or '[section]'");
    if (section == nullptr)
      return mistake(file_name, number, "a key appears before the first '[section]'");
    const std::string key = lowered(trimmed(line.substr(0, sign)));
    if (!section->emplace(key, secret(trimmed(line.substr(sign + 1)))).second)
      return mistake(file_name, number,
                     presentable(key) ? fmt::format("'{}' appears twice", key)
                                      : std::string("a key appears twice"));
  }
  return out;
}

} // namespace ovhl::ovh
