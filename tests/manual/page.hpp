// A man page as data: its sections, the items of their lists, and its literal texts. Enough of
// mdoc(7) for the pages at hand.
#pragma once

#include "reading.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ovhl::test {

// What stands in parentheses after a key: (TYPE; RANGE; required, optional or default X; when).
struct facts {
  std::string type;    // "duration", "report | declare | enforce"
  names words;         // of the type: those to be written so
  bool others = false; // and it has placeholders, too
  std::string least, most;
  bool required = false, optional = false;
  std::string standard; // the default
};

struct item {
  std::string section, subsection;
  std::vector<std::string> words; // with the macros: "Fl", "-out", "Ar", "FILE"
  std::string parentheses;        // the .Pq right behind it, macros and all
};

class page {
 public:
  explicit page(const std::string& file);

  // Of a section, or of one of its subsections.
  std::vector<item> items(std::string_view section, std::string_view subsection = {}) const;
  // All the words of these items that are no macros.
  names item_names(std::string_view section, std::string_view subsection = {}) const;
  names subsections(std::string_view section) const;
  // The options that these items describe, and the positionals.
  options_of options(std::string_view section, std::string_view subsection = {}) const;
  names positionals(std::string_view section, std::string_view subsection = {}) const;
  // Literal blocks of a section, in order.
  std::vector<std::string> literals(std::string_view section) const;

 private:
  struct block {
    std::string section, text;
  };
  std::vector<item> items_;
  std::vector<std::pair<std::string, std::string>> subsections_;
  std::vector<block> literals_;
};

facts facts_of(const item&);

} // namespace ovhl::test
