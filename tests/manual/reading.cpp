#include "reading.hpp"

#include "../integration/daemon/process.hpp"
#include "support/file_text.hpp"
#include "support/temporary_directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace ovhl::test {

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream in{std::string(text)};
  return {std::istream_iterator<std::string>(in), {}};
}

names all_of(const std::string& text, const std::string& pattern) {
  const std::regex wanted(pattern);
  names found;
  for (std::sregex_iterator it(text.begin(), text.end(), wanted), end; it != end; ++it)
    found.insert((*it)[1].str());
  return found;
}

std::string shown(const names& all) {
  std::string out;
  for (const std::string& one : all)
    out += (out.empty() ? "" : ", ") + one;
  return out;
}

bool installed(const char* program) {
  std::istringstream path(std::getenv("PATH") != nullptr ? std::getenv("PATH") : "");
  for (std::string folder; std::getline(path, folder, ':');)
    if (std::filesystem::exists(std::filesystem::path(folder) / program)) return true;
  return false;
}

std::string disagreement(const names& said, const names& true_ones) {
  names missing, unknown;
  std::ranges::set_difference(true_ones, said, std::inserter(missing, missing.end()));
  std::ranges::set_difference(said, true_ones, std::inserter(unknown, unknown.end()));
  std::string out;
  if (!missing.empty()) out += "missing: " + shown(missing) + "; ";
  if (!unknown.empty()) out += "unknown: " + shown(unknown);
  return out;
}

namespace {

// "| a | b \| c |" → "a", "b | c".
std::vector<std::string> cells_of(const std::string& row) {
  std::vector<std::string> cells;
  std::string cell;
  for (std::size_t i = 1; i < row.size(); ++i) {
    if (row[i] == '\\' && i + 1 < row.size())
      cell += row[++i];
    else if (row[i] != '|')
      cell += row[i];
    else {
      const auto first = cell.find_first_not_of(' ');
      cells.push_back(first == std::string::npos
                          ? ""
                          : cell.substr(first, cell.find_last_not_of(' ') + 1 - first));
      cell.clear();
    }
  }
  return cells;
}

} // namespace

std::vector<std::filesystem::path> documents() {
  std::vector<std::filesystem::path> all;
  for (const auto& entry : std::filesystem::directory_iterator(source / "docs"))
    all.push_back(std::filesystem::path("docs") / entry.path().filename());
  std::ranges::sort(all);
  all.insert(all.begin(), "README.md");
  return all;
}

namespace {

std::vector<std::vector<std::string>> table_in(const std::filesystem::path& document,
                                               std::string_view first_heading) {
  std::vector<std::vector<std::string>> rows;
  bool inside = false;
  for (const std::string& line : lines(file_text(source / document))) {
    const auto cells = line.starts_with("|") ? cells_of(line) : std::vector<std::string>();
    if (cells.empty())
      inside = false;
    else if (cells[0] == first_heading)
      inside = true;
    else if (inside && !cells[0].starts_with("--"))
      rows.push_back(cells);
  }
  return rows;
}

} // namespace

std::vector<std::vector<std::string>> table(std::string_view first_heading) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& document : documents()) {
    auto here = table_in(document, first_heading);
    if (!here.empty() && !rows.empty())
      throw std::runtime_error("a second page has a table '" + std::string(first_heading) +
                               "': " + document.string());
    if (rows.empty()) rows = std::move(here);
  }
  return rows;
}

names quoted_in(const std::string& text) { return all_of(text, "`([^`]+)`"); }

names table_names(std::string_view first_heading) {
  names all;
  for (const auto& row : table(first_heading))
    all.merge(quoted_in(row[0]));
  return all;
}

std::string in_order(const std::string& choices) {
  std::istringstream in(choices);
  names all;
  for (std::string one; std::getline(in, one, '|');)
    all.insert(one);
  std::string out;
  for (const std::string& one : all)
    out += (out.empty() ? "" : "|") + one;
  return out;
}

namespace {

// "--out FILE   write it …": everything before two spaces.
std::vector<std::string> left_words(const std::string& line) {
  return words_of(line.substr(2, line.find("  ", 2) - 2));
}

void add_option(usage& to, const std::vector<std::string>& words) {
  const bool takes = words.size() > 1 && !words[1].ends_with(":");
  std::istringstream each(words[0]);
  for (std::string name; std::getline(each, name, ',');)
    to.options[name] = takes ? in_order(words[1]) : "";
}

} // namespace

std::string tested(const std::string& policy, const std::string& examples) {
  const temporary_directory in;
  in.file("config.yaml", "policy: policy.yaml\naccounts: [{name: a, endpoint: ovh-eu}]\n");
  in.file("policy.yaml", policy);
  in.file("examples.yaml", examples);
  launch how;
  how.program = OVHL_PROGRAM;
  how.arguments = {"-c", "config.yaml", "test", "examples.yaml"};
  how.folder = in.path();
  const outcome came = run(how);
  return came.out + came.err + (came.status == 0 ? "" : fmt::format("status {}", came.status));
}

usage help(const std::string& command) {
  launch how;
  how.program = OVHL_PROGRAM;
  how.folder = "/";
  if (!command.empty()) how.arguments.push_back(command);
  how.arguments.emplace_back("--help");
  const outcome said = run(how);
  if (said.status != 0) throw std::runtime_error("no help: " + said.err);

  usage all;
  std::string heading;
  for (const std::string& line : lines(said.out)) {
    const bool entry = line.size() > 2 && line.starts_with("  ") && line[2] != ' ';
    if (!line.starts_with(" ")) heading = line;
    if (!entry) continue;
    const auto words = left_words(line);
    if (heading == "Options:")
      add_option(all, words);
    else if (heading == "Positionals:")
      all.positionals.push_back(words.at(0));
    else if (heading == "Commands:")
      all.commands.push_back(words.at(0));
    else if (heading.starts_with("Exit status"))
      all.exit_statuses[words.at(0)] = line;
  }
  return all;
}

} // namespace ovhl::test
