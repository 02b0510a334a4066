// A page of README or docs/ as data: its links, headings, commands and blocks of code. Enough of
// Markdown for the pages at hand.
#pragma once

#include "reading.hpp"

#include <string>
#include <vector>

namespace ovhl::test {

class markdown {
 public:
  explicit markdown(const std::filesystem::path& document); // from the top of the source tree

  const std::filesystem::path& document() const noexcept { return document_; }
  std::size_t line_count() const noexcept { return line_count_; }
  // Where links lead, as written; not those of code.
  const std::vector<std::string>& links() const noexcept { return links_; }
  // What `#…` can name here, as GitHub makes it of the headings.
  const names& anchors() const noexcept { return anchors_; }
  // Lines of blocks of code, and texts between backquotes, without the blanks around them.
  const std::vector<std::string>& code() const noexcept { return code_; }
  // The fenced blocks of this language, in order.
  std::vector<std::string> blocks(std::string_view language) const;

 private:
  struct block {
    std::string language, text;
  };
  void add_prose(const std::string& line);
  void add_heading(const std::string& text);

  std::filesystem::path document_;
  std::size_t line_count_ = 0;
  std::vector<std::string> links_, code_;
  names anchors_;
  std::vector<block> blocks_;
};

} // namespace ovhl::test
