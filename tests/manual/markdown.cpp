#include "markdown.hpp"

#include "support/file_text.hpp"

#include <cctype>
#include <regex>

namespace ovhl::test {

namespace {

constexpr std::string_view fence = "```";
constexpr std::string_view code_indent = "    ";

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string::npos ? ""
                                    : text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

// GitHub keeps letters, digits, hyphens and underscores, and makes hyphens of blanks.
std::string anchor_of(const std::string& heading) {
  std::string out;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ')
      out += '-';
    else if (std::isalnum(byte) != 0 || c == '-' || c == '_' || byte >= 0x80)
      out += static_cast<char>(std::tolower(byte));
  }
  return out;
}

} // namespace

markdown::markdown(const std::filesystem::path& document) : document_(document) {
  bool fenced = false;
  for (const std::string& line : lines(file_text(source / document))) {
    ++line_count_;
    if (line.starts_with(fence)) {
      fenced = !fenced;
      if (fenced) blocks_.push_back({line.substr(fence.size()), {}});
    } else if (fenced) {
      blocks_.back().text += line + '\n';
      code_.push_back(trimmed(line));
    } else if (line.starts_with(code_indent))
      code_.push_back(trimmed(line));
    else
      add_prose(line);
  }
}

void markdown::add_prose(const std::string& line) {
  static const std::regex span("`([^`]+)`");
  for (std::sregex_iterator it(line.begin(), line.end(), span), end; it != end; ++it)
    code_.push_back(trimmed((*it)[1].str()));
  const auto marks = line.find_first_not_of('#');
  if (marks != 0 && marks != std::string::npos && line[marks] == ' ')
    add_heading(line.substr(marks + 1));
  static const std::regex link(R"(\]\(([^)\s]+)\))");
  const std::string text = std::regex_replace(line, span, "");
  for (std::sregex_iterator it(text.begin(), text.end(), link), end; it != end; ++it)
    links_.push_back((*it)[1].str());
}

// The second of the same name has a number.
void markdown::add_heading(const std::string& text) {
  const std::string plain = anchor_of(text);
  std::string anchor = plain;
  for (int next = 1; !anchors_.insert(anchor).second; ++next)
    anchor = plain + "-" + std::to_string(next);
}

std::vector<std::string> markdown::blocks(std::string_view language) const {
  std::vector<std::string> all;
  for (const block& b : blocks_)
    if (b.language == language) all.push_back(b.text);
  return all;
}

} // namespace ovhl::test
