#include "ovh/credentials/ini.hpp"

#include "base/text.hpp"

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

// Whether a name may appear in a message: something that looks like a misplaced secret must not.
bool presentable(std::string_view name) {
  return name.size() <= 24 && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || c == '_';
         });
}

// Parses a line, apart from its text and line end.
void read(ini_line& line) {
  using enum ini_line::kind;
  const std::string_view words = trimmed(line.text);
  if (words.empty() || words.front() == '#' || words.front() == ';') return;
  line.what = wrong;
  if (words.front() == '[') {
    if (words.back() == ']') line.name = trimmed(words.substr(1, words.size() - 2));
    if (!line.name.empty()) line.what = section;
    return;
  }
  const auto sign = line.text.find_first_of("=:");
  if (sign == std::string_view::npos) return;
  line.name = trimmed(line.text.substr(0, sign));
  const auto value = std::min(line.text.find_first_not_of(" \t", sign + 1), line.text.size());
  line.before = line.text.substr(0, value);
  line.value = trimmed(line.text.substr(sign + 1));
  if (!line.name.empty()) line.what = key;
}

} // namespace

bool skip_mark(std::string_view& text) noexcept {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (!text.starts_with(mark)) return false;
  text.remove_prefix(mark.size());
  return true;
}

std::vector<ini_line> ini_lines(std::string_view text) {
  std::vector<ini_line> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const bool ended = end < text.size();
    const bool cr = ended && end > 0 && text[end - 1] == '\r';
    ini_line line;
    line.text = text.substr(0, cr ? end - 1 : end);
    line.line_end = text.substr(line.text.size(), ended ? end + 1 - line.text.size() : 0);
    read(line);
    out.push_back(line);
    text.remove_prefix(line.text.size() + line.line_end.size());
  }
  return out;
}

result<ini> parse_ini(std::string_view text, std::string_view file_name) {
  ini out;
  std::map<std::string, secret, std::less<>>* section = nullptr;
  skip_mark(text);
  int number = 0;
  for (const ini_line& line : ini_lines(text)) {
    ++number;
    if (line.what == ini_line::kind::blank) continue;
    if (line.what == ini_line::kind::wrong)
      return mistake(file_name, number,
                     trimmed(line.text).front() == '[' ? "expected '[section]'"
                                                       : "expected 'key = value' or '[section]'");
    if (line.what == ini_line::kind::section) {
      section = &out.sections[std::string(line.name)];
      continue;
    }
    if (section == nullptr)
      return mistake(file_name, number, "a key appears before the first '[section]'");
    const std::string key = lowered(line.name);
    if (!section->emplace(key, secret(line.value)).second)
      return mistake(file_name, number,
                     presentable(key) ? fmt::format("'{}' appears twice", key)
                                      : std::string("a key appears twice"));
  }
  return out;
}

} // namespace ovhl::ovh
