#include "config/report.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace ovhl::config {

namespace {

constexpr std::size_t most_mistakes = 1000;
constexpr std::size_t longest_line_shown = 1000;

std::string shown(const node& n) {
  switch (n.what) {
  case node::kind::null: return "nothing";
  case node::kind::list: return "a list";
  case node::kind::map: return "a mapping";
  case node::kind::scalar: break;
  }
  return fmt::format("'{}'{}", fitted(printable(n.text), 60), n.quoted ? " in quotes" : "");
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// Shortens a line before a secret that was put into this file by mistake.
std::string_view without_secret(std::string_view line) noexcept {
  static constexpr std::array<std::string_view, 7> names{
      "application_key", "application_secret", "consumer_key", "client_secret",
      "client_id",       "access_token",       "password"};
  for (std::string_view name : names) {
    const auto at = line.find(name);
    if (at != std::string_view::npos) line = line.substr(0, at + name.size());
  }
  const auto url = line.find("://");
  const bool user = url != std::string_view::npos && line.find('@', url) != std::string_view::npos;
  return user ? line.substr(0, url + 3) : line;
}

int characters(std::string_view text) noexcept {
  int count = 0;
  for (; !text.empty(); ++count)
    text.remove_prefix(first_character(text).bytes);
  return count;
}

} // namespace

void report::mistake(const position& at, std::string message) {
  errors_.emplace(at, diagnostic{{}, at.line, at.column, std::move(message), {}});
}

void report::warning(const position& at, std::string message) {
  warnings_.emplace(at, diagnostic{{}, at.line, at.column, std::move(message), {}});
}

void report::expected(const node& n, std::string_view what, std::string_view wanted,
                      std::string_view more) {
  if (n.what == node::kind::null)
    mistake(n.at, fmt::format("{} has no value; it must be {}", what, wanted));
  else
    mistake(n.at, fmt::format("{} must be {}, not {}{}", what, wanted, shown(n), more));
}

bool report::full() const noexcept { return errors_.size() >= most_mistakes; }

std::vector<diagnostic> report::finished(by_place said, const std::vector<std::string_view>& lines,
                                         const std::string& file) {
  std::vector<diagnostic> list;
  // Counts characters from the previous mistake on, because a long line may have many mistakes.
  int line = 0, counted = 0;
  std::size_t counted_bytes = 0;
  for (auto& [at, d] : said) {
    d.file = file;
    if (d.line > 0) {
      if (d.line != line) {
        counted = 0;
        counted_bytes = 0;
      }
      line = d.line;
      const auto index = static_cast<std::size_t>(line) - 1;
      const std::string_view whole = index < lines.size() ? lines[index] : std::string_view();
      const auto before = std::min(static_cast<std::size_t>(d.column) - 1, whole.size());
      counted += characters(whole.substr(counted_bytes, before - counted_bytes));
      counted_bytes = before;
      d.column = counted + 1;
      if (whole.size() <= longest_line_shown) d.source = without_secret(whole);
    }
    // An alias repeats a mistake at the same position.
    if (std::find(list.begin(), list.end(), d) == list.end()) list.push_back(std::move(d));
  }
  return list;
}

diagnostics report::found(std::string_view text, const std::filesystem::path& file) && {
  const auto lines = lines_of(text);
  const bool more = full();
  diagnostics f{finished(std::move(errors_), lines, file.string()),
                finished(std::move(warnings_), lines, file.string())};
  if (more)
    f.errors.push_back({file.string(), 0, 0, "there are more mistakes; fix these first", {}});
  return f;
}

} // namespace ovhl::config
