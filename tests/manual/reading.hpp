// What the tests of the manual read besides the man pages: files of the source tree, README and the
// tables of docs/, the program's own help.
#pragma once

#include "support/text.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::test {

using names = std::set<std::string>;

const std::filesystem::path source = OVHL_SOURCE_DIR;

std::vector<std::string> words_of(std::string_view text);
// Every match of the first group.
names all_of(const std::string& text, const std::string& pattern);
std::string shown(const names&);
bool installed(const char* program);

// "missing: …; unknown: …": what `said` lacks of `true_ones` and has besides; empty if they agree.
std::string disagreement(const names& said, const names& true_ones);

// README.md and the pages of docs/, from the top of the source tree.
std::vector<std::filesystem::path> documents();

// Of the tables with this first heading in README and docs, all in one page since each fact has one
// place: the cells of each row, without the headings.
std::vector<std::vector<std::string>> table(std::string_view first_heading);
// What stands between backquotes.
names quoted_in(const std::string& text);
// Of the first cells of such a table, all of it.
names table_names(std::string_view first_heading);

// An option with what it takes: nothing, "FILE", or the words "json|table" sorted.
using options_of = std::map<std::string, std::string>;

struct usage {
  options_of options;
  std::vector<std::string> positionals, commands;
  std::map<std::string, std::string> exit_statuses; // what each says
};
// Of the program, or of a command; parsed from --help.
usage help(const std::string& command = {});
// What `test` says of a policy and its examples, and if it fails how.
std::string tested(const std::string& policy, const std::string& examples);
// "json|table" with its words in order.
std::string in_order(const std::string& choices);

} // namespace ovhl::test
