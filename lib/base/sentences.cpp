#include "base/sentences.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace ovhl {

namespace {

// Columns on the screen: colours, "\x1b[32m", take none.
std::size_t shown_columns(std::string_view text) {
  std::size_t total = 0;
  for (auto at = text.find("\x1b["); at != std::string_view::npos; at = text.find("\x1b[")) {
    total += columns(text.substr(0, at));
    const auto end = text.find('m', at);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return total + columns(text);
}

void append_wrapped(std::string& out, std::string_view line, std::size_t width,
                    std::size_t indent) {
  const auto blanks = std::min(line.find_first_not_of(' '), line.size());
  const std::size_t deep = blanks + indent;
  constexpr std::size_t least = 8; // columns that must be left beside it
  const std::string margin(deep + least <= width ? deep : 0, ' ');
  out.append(line.substr(0, blanks));
  std::size_t used = blanks;
  std::string_view gap; // before the next word, as it was written
  for (std::string_view left = line.substr(blanks); !left.empty();) {
    const std::string_view word = left.substr(0, left.find(' '));
    left.remove_prefix(word.size());
    const std::size_t wide = shown_columns(word);
    if (!gap.empty() && used + gap.size() + wide > width) {
      out.append("\n").append(margin);
      used = margin.size();
      gap = {};
    }
    out.append(gap).append(word);
    used += gap.size() + wide;
    gap = left.substr(0, std::min(left.find_first_not_of(' '), left.size()));
    left.remove_prefix(gap.size());
  }
}

} // namespace

std::string hanging(std::string_view text, const terminal& t, std::size_t indent) {
  if (!t.tty) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (;;) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (shown_columns(line) <= t.width)
      out.append(line);
    else
      append_wrapped(out, line, t.width, indent);
    if (end == std::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

} // namespace ovhl
