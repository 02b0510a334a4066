#include "config/diagnostic.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace ovhl::config {

namespace {

constexpr std::size_t width = 100;

// Makes a line printable: control characters become visible, tabs one column wide.
std::string shown(std::string_view text) {
  std::string spaced(text);
  for (char& c : spaced)
    if (c == '\t') c = ' ';
  return printable(spaced);
}

// The bytes of the first `count` characters.
std::size_t bytes_of(std::string_view text, std::size_t count) noexcept {
  std::size_t bytes = 0;
  for (; count > 0 && bytes < text.size(); --count)
    bytes += first_character(text.substr(bytes)).bytes;
  return bytes;
}

} // namespace

std::string words(const diagnostic& d) {
  if (d.line == 0) return fmt::format("{}: {}", printable(d.file), d.message);
  return fmt::format("{}:{}:{}: {}", printable(d.file), d.line, d.column, d.message);
}

std::string illustrated(const diagnostic& d, bool colour) {
  const std::string_view bold = colour ? "\x1b[1m" : "";
  const std::string_view green = colour ? "\x1b[1;32m" : "";
  const std::string_view plain = colour ? "\x1b[0m" : "";
  const std::string text = words(d);
  const std::size_t head = text.size() - d.message.size();
  std::string out = fmt::format("{}{}{}{}", bold, text.substr(0, head), plain, d.message);
  if (d.line == 0 || d.source.empty()) return out;

  const auto before = bytes_of(d.source, d.column > 0 ? static_cast<std::size_t>(d.column) - 1 : 0);
  std::string left = shown(std::string_view(d.source).substr(0, before));
  const std::string right = shown(std::string_view(d.source).substr(before));
  if (columns(left) > width / 2) { // a long line: what stands before the place is cut
    std::string_view end = left;
    while (columns(end) > width / 4)
      end.remove_prefix(first_character(end).bytes);
    left = "…" + std::string(end);
  }
  const std::size_t caret = columns(left);
  const std::string number = fmt::format("{:>4}", d.line);
  out += fmt::format("\n{} | {}{}", number, left, fitted(right, width - caret));
  out += fmt::format("\n{} | {}{}^{}", std::string(number.size(), ' '), std::string(caret, ' '),
                     green, plain);
  return out;
}

} // namespace ovhl::config
