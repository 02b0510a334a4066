// The command line as the program has it, as the man page describes it, and as the docs use it.
#include "page.hpp"
#include "support/file_text.hpp"

#include <doctest/doctest.h>

using namespace ovhl::test;

namespace {

// Without what every command takes.
options_of own_options(const std::string& command) {
  options_of all = help(command).options;
  for (const char* everywhere : {"-h", "--help"})
    CHECK(all.erase(everywhere) == 1);
  return all;
}

std::string shown(const options_of& all) {
  std::string out;
  for (const auto& [option, takes] : all)
    out += option + (takes.empty() ? "" : " " + takes) + "; ";
  return out;
}

names set_of(const std::vector<std::string>& list) { return {list.begin(), list.end()}; }

} // namespace

TEST_CASE("The man page describes every command with its options, and no other") {
  const page manual("ovh-licensed.1");
  const usage program = help();
  CHECK(disagreement(manual.subsections("COMMANDS"), set_of(program.commands)) == "");
  REQUIRE(program.commands.size() > 5);
  for (const std::string& command : program.commands) {
    CAPTURE(command);
    CHECK(shown(manual.options("COMMANDS", command)) == shown(own_options(command)));
    CHECK(shown(manual.positionals("COMMANDS", command)) ==
          shown(set_of(help(command).positionals)));
  }
}

TEST_CASE("The man page describes the options of every command, and no other") {
  const options_of program = help().options;
  REQUIRE(program.contains("--config"));
  CHECK(shown(page("ovh-licensed.1").options("OPTIONS")) == shown(program));
}

TEST_CASE("The docs' table of commands has every command, and no other") {
  CHECK(disagreement(table_names("command"), set_of(help().commands)) == "");
}

TEST_CASE("Program, man page and docs have the same exit statuses") {
  const names statuses = all_of(file_text(source / "daemon/exit_status.hpp"), R"(\w+ = (\d+),)");
  REQUIRE(statuses.size() == 6);
  names in_help;
  for (const auto& [status, says] : help().exit_statuses)
    in_help.insert(status);
  names in_table;
  for (const auto& row : table("exit status"))
    in_table.insert(row[0]);
  CHECK(disagreement(in_help, statuses) == "");
  CHECK(disagreement(page("ovh-licensed.1").item_names("EXIT STATUS"), statuses) == "");
  CHECK(disagreement(in_table, statuses) == "");
}

TEST_CASE("The help of every command says the same of exit statuses") {
  const usage program = help();
  for (const std::string& command : program.commands)
    CHECK((help(command).exit_statuses == program.exit_statuses));
}
