#include "publish/csv.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace ovhl::publish {

namespace {

// Whether a spreadsheet may take it for the beginning of a formula, in normal or full width.
bool begins_formula(std::string_view text) noexcept {
  static constexpr std::array<std::string_view, 11> beginnings{
      "=", "+", "-", "@", "\t", "\r", "\n", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
  return std::ranges::any_of(beginnings, [&](auto b) { return text.starts_with(b); });
}

// Printable as in a table, but keeps line ends, which quotes allow.
std::string harmless(std::string_view text) {
  std::string out;
  for (;;) {
    const auto end = text.find('\n');
    out += printable(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

} // namespace

std::string csv_cell(std::string_view text) {
  std::string cell = harmless(text);
  if (begins_formula(text)) cell.insert(cell.begin(), '\'');
  if (cell.find_first_of("\",\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell)
    quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

void append_csv_line(std::string& out, std::span<const std::string> cells) {
  const char* separator = "";
  for (const std::string& cell : cells) {
    out.append(separator).append(csv_cell(cell));
    separator = ",";
  }
  out += "\r\n";
}

} // namespace ovhl::publish
