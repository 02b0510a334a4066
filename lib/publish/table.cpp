#include "publish/table.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace ovhl::publish {

namespace {

constexpr std::size_t gap = 2;             // between columns
constexpr std::size_t least_width = 8;     // of a column that is made narrower
constexpr std::size_t note_indent = 4;     // of a note under its row
constexpr std::size_t note_beside_at = 32; // columns a note must have to stand beside its row

std::string_view sequence(ink colour) noexcept {
  switch (colour) {
  case ink::plain: return "";
  case ink::bold: return "\x1b[1m";
  case ink::dim: return "\x1b[2m";
  case ink::red: return "\x1b[31m";
  case ink::green: return "\x1b[32m";
  case ink::yellow: return "\x1b[33m";
  }
  return "";
}

std::size_t longest_word(std::string_view text) {
  std::size_t longest = 0;
  while (!(text = trimmed(text)).empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    longest = std::max(longest, columns(word));
    text.remove_prefix(word.size());
  }
  return longest;
}

// The first part of a word that is wider than a line; at least one character.
std::size_t bytes_that_fit(std::string_view word, std::size_t width) {
  std::size_t bytes = first_character(word).bytes;
  while (bytes < word.size()) {
    const std::size_t more = bytes + first_character(word.substr(bytes)).bytes;
    if (columns(word.substr(0, more)) > width) break;
    bytes = more;
  }
  return bytes;
}

std::string padded(const cell& c, std::string_view text, std::size_t width, bool right, bool last,
                   const terminal& t) {
  const std::string blanks(width - std::min(width, columns(text)), ' ');
  const std::string shown = painted(text, c.colour, t);
  if (right) return blanks + shown;
  return last ? shown : shown + blanks;
}

} // namespace

std::string painted(std::string_view text, ink colour, const terminal& t) {
  const std::string_view begin = t.colour ? sequence(colour) : "";
  if (begin.empty() || text.empty()) return std::string(text);
  return std::string(begin).append(text).append("\x1b[0m");
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!(text = trimmed(text)).empty()) {
    std::string_view word = text.substr(0, text.find(' '));
    const std::size_t taken = lines.back().empty() ? 0 : columns(lines.back()) + 1;
    if (taken > 0 && taken + columns(word) > width) {
      lines.emplace_back();
      continue;
    }
    if (columns(word) > width) word = word.substr(0, bytes_that_fit(word, width));
    if (taken > 0) lines.back() += ' ';
    lines.back().append(word);
    text.remove_prefix(word.size());
    if (!text.empty() && text.front() != ' ') lines.emplace_back();
  }
  return lines;
}

struct table::arrangement {
  std::vector<std::size_t> widths;
  bool note_below = false; // the last column goes under the row

  std::size_t beside() const noexcept { return widths.size() - (note_below ? 1 : 0); }
  std::size_t total() const noexcept {
    const std::size_t count = beside();
    const auto end = widths.begin() + static_cast<std::ptrdiff_t>(count);
    return std::accumulate(widths.begin(), end, gap * (count - 1));
  }
};

template <class Least>
void table::shrink(arrangement& a, std::size_t width, Least least_of) {
  std::vector<std::size_t> least;
  least.reserve(a.beside());
  for (std::size_t i = 0; i < a.beside(); ++i)
    least.push_back(least_of(i));
  while (a.total() > width) {
    std::size_t widest = a.beside();
    for (std::size_t i = 0; i < a.beside(); ++i)
      if (a.widths[i] > least[i] && (widest == a.beside() || a.widths[i] > a.widths[widest]))
        widest = i;
    if (widest == a.beside()) return;
    --a.widths[widest];
  }
}

table::table(std::vector<column> columns) : columns_(std::move(columns)) {}

void table::add(std::vector<cell> row) {
  for (cell& c : row)
    c.text = printable(c.text);
  rows_.push_back(std::move(row));
}

table::arrangement table::arranged(const terminal& t) const {
  arrangement a;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = columns(columns_[i].title);
    for (const auto& row : rows_)
      width = std::max(width, columns(row[i].text));
    a.widths.push_back(width);
  }
  if (!t.tty || a.total() <= t.width) return a;

  if (columns_.back().how == fit::note) {
    const std::size_t others = a.total() - a.widths.back();
    if (others + note_beside_at <= t.width) {
      a.widths.back() = t.width - others;
      return a;
    }
    a.note_below = true;
  }
  // Breaks words and cuts whole columns only as a last resort.
  shrink(a, t.width, [this](std::size_t i) { return narrowest(i); });
  shrink(a, t.width, [](std::size_t) { return least_width; });
  return a;
}

std::size_t table::narrowest(std::size_t i) const {
  std::size_t width = columns(columns_[i].title);
  for (const auto& row : rows_) {
    const std::string_view text = row[i].text;
    if (columns_[i].how == fit::whole) width = std::max(width, columns(text));
    if (columns_[i].how == fit::wrap) width = std::max(width, longest_word(text));
  }
  return std::max(width, least_width);
}

void table::append_row(std::string& out, const std::vector<cell>& row, const arrangement& a,
                       const terminal& t) const {
  std::vector<std::vector<std::string>> lines;
  std::size_t height = 1;
  for (std::size_t i = 0; i < a.beside(); ++i) {
    const bool wraps = columns_[i].how == fit::wrap || columns_[i].how == fit::note;
    if (!t.tty)
      lines.push_back({row[i].text});
    else if (wraps)
      lines.push_back(wrapped(row[i].text, a.widths[i]));
    else
      lines.push_back({fitted(row[i].text, a.widths[i])});
    height = std::max(height, lines.back().size());
  }
  for (std::size_t l = 0; l < height; ++l) {
    std::string line;
    for (std::size_t i = 0; i < a.beside(); ++i) {
      if (i > 0) line.append(gap, ' ');
      const std::string_view text = l < lines[i].size() ? std::string_view(lines[i][l]) : "";
      line += padded(row[i], text, a.widths[i], columns_[i].right, i + 1 == a.beside(), t);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  if (!a.note_below || row.back().text.empty()) return;
  for (const std::string& line : wrapped(row.back().text, t.width - std::min(t.width, note_indent)))
    out += std::string(note_indent, ' ') + painted(line, row.back().colour, t) + '\n';
}

std::string table::text(const terminal& t) const {
  const arrangement a = arranged(t);
  std::string out;
  std::vector<cell> titles;
  titles.reserve(columns_.size());
  for (const column& c : columns_)
    titles.emplace_back(c.title, ink::bold);
  if (a.note_below) titles.back().text.clear();
  append_row(out, titles, a, t);
  for (const auto& row : rows_)
    append_row(out, row, a, t);
  return out;
}

} // namespace ovhl::publish
