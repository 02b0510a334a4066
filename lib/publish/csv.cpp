#include "publish/csv.hpp"

namespace ovhl::publish {

std::string csv_cell(std::string_view text) {
  constexpr std::string_view of_formulas = "=+-@\t\r";
  std::string cell(text);
  if (!text.empty() && of_formulas.find(text.front()) != std::string_view::npos)
    cell.insert(cell.begin(), '\'');
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
