// Comma-separated values as RFC 4180 has them, for spreadsheets. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ovhl::publish {

// A cell, quoted if necessary. A text that a spreadsheet would take for a formula (= + - @, of full
// width too) gets a leading apostrophe, so that a VM name is never evaluated. Control characters
// are shown as in a table, except for line ends: a CSV may go to a terminal.
std::string csv_cell(std::string_view);
void append_csv_line(std::string& out, std::span<const std::string> cells); // ends with CRLF

} // namespace ovhl::publish
