// Tables for people: aligned, no wider than the terminal, and in colour if wanted. If the output is
// not a terminal, every row is one line and nothing is cut.
#pragma once

#include "base/terminal.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::publish {

enum class ink : std::uint8_t { plain, bold, dim, red, green, yellow };

std::string painted(std::string_view, ink, const terminal&);

// The text in lines of at most `width` columns, broken between words if possible.
std::vector<std::string> wrapped(std::string_view, std::size_t width);

// What happens to a column's texts when the table is too wide.
enum class fit : std::uint8_t {
  whole, // they stay whole; they are cut only as a last resort
  cut,   // they are cut and end in `…`
  wrap,  // they continue in the next line
  note,  // for the last column: like wrap, but under the row if there is too little room beside it
};

struct column {
  std::string title;
  fit how = fit::whole;
  bool right = false; // aligned to the right, like numbers
};

struct cell {
  cell(std::string t, ink c = ink::plain) : text(std::move(t)), colour(c) {}
  cell(std::string_view t, ink c = ink::plain) : text(t), colour(c) {}
  cell(const char* t, ink c = ink::plain) : text(t), colour(c) {}

  std::string text; // made printable() by the table
  ink colour;
};

class table {
 public:
  explicit table(std::vector<column> columns); // without any title there is no line of titles

  void add(std::vector<cell> row); // as many cells as columns
  bool empty() const noexcept { return rows_.empty(); }
  std::string text(const terminal&) const; // ends with a newline

 private:
  struct arrangement;
  arrangement arranged(const terminal&) const;
  std::size_t narrowest(std::size_t column) const; // a width that does no harm
  template <class Least>
  static void shrink(arrangement&, std::size_t width, Least least_of);
  void append_row(std::string& out, const std::vector<cell>&, const arrangement&,
                  const terminal&) const;

  std::vector<column> columns_;
  std::vector<std::vector<cell>> rows_;
};

} // namespace ovhl::publish
