// The words that status, metrics and messages use: program, man page and docs have the same.
#include "licensing/correction_goal.hpp"
#include "licensing/correction_state.hpp"
#include "licensing/decide.hpp"
#include "page.hpp"
#include "publish/icinga.hpp"
#include "publish/snapshot.hpp"
#include "support/file_text.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace ovhl;
using namespace ovhl::test;

namespace {

template <class List>
names names_in(const List& list) {
  names all;
  for (const auto one : list)
    all.emplace(licensing::name(one));
  return all;
}

// Of an enumeration without a list: those from `first` on that have a name.
template <class Enum>
names names_from(Enum first, std::string_view end) {
  names all;
  for (auto i = static_cast<std::uint8_t>(first); publish::name(static_cast<Enum>(i)) != end; ++i)
    all.emplace(publish::name(static_cast<Enum>(i)));
  return all;
}

const page& manual() {
  static const page read("ovh-licensed.1");
  return read;
}

names environment_of(const std::string& code) {
  names all = all_of(code, R"rx((?:getenv|number_in|variable)\("([A-Z_]+)"\))rx");
  all.merge(all_of(code, R"rx("(OVH_[A-Z_]+)")rx"));
  if (code.find("X509_get_default_cert_file_env") != std::string::npos)
    all.insert({"SSL_CERT_FILE", "SSL_CERT_DIR"});
  return all;
}

std::vector<std::string> code_in(std::initializer_list<const char*> folders) {
  std::vector<std::string> all;
  for (const char* folder : folders)
    for (const auto& entry : std::filesystem::recursive_directory_iterator(source / folder))
      if (entry.path().extension() == ".cpp") all.push_back(file_text(entry.path()));
  return all;
}

} // namespace

TEST_CASE("Verdicts are the same in program, man page and docs") {
  const names program = names_in(licensing::all_verdicts);
  REQUIRE(program.size() == 8);
  CHECK(disagreement(manual().item_names("VERDICTS"), program) == "");
  CHECK(disagreement(table_names("verdict"), program) == "");
}

TEST_CASE("Guards are the same in program, man page and docs") {
  const names program = names_in(licensing::all_guards);
  REQUIRE(program.size() == licensing::guard_count);
  CHECK(disagreement(manual().item_names("GUARDS"), program) == "");
  CHECK(disagreement(table_names("guard"), program) == "");
}

TEST_CASE("Outcomes are the same in program, man page and docs") {
  const names program = names_in(licensing::all_outcomes);
  REQUIRE(program.size() == 4);
  CHECK(disagreement(manual().item_names("VERDICTS", "Outcomes"), program) == "");
  CHECK(disagreement(table_names("outcome"), program) == "");
}

TEST_CASE("States of a correction are the same in program, man page and docs") {
  const names program = names_from(licensing::due_state::due, "");
  REQUIRE(program.size() == 7);
  CHECK(disagreement(manual().item_names("VERDICTS", "States"), program) == "");
  CHECK(disagreement(table_names("state"), program) == "");
}

TEST_CASE("States of the daemon are the same in program, man page and docs") {
  const names program = names_from(publish::daemon_state::starting, "?");
  REQUIRE(program.size() == 5);
  CHECK(disagreement(manual().item_names("VERDICTS", "Daemon states"), program) == "");
  CHECK(disagreement(table_names("daemon state"), program) == "");
}

TEST_CASE("The man page has the exit statuses of the plugin") {
  names program;
  for (const auto how : {publish::severity::ok, publish::severity::warning,
                         publish::severity::critical, publish::severity::unknown}) {
    program.emplace(std::to_string(static_cast<int>(how)));
    program.emplace(publish::name(how));
  }
  CHECK(disagreement(manual().item_names("EXIT STATUS", "As a monitoring plugin"), program) == "");
}

TEST_CASE("Signals are the same in program, man page and docs") {
  names program = all_of(file_text(source / "daemon/commands/run.cpp"), R"(\b(SIG[A-Z]+[0-9]?)\b)");
  REQUIRE(program.size() == 4);
  CHECK(disagreement(manual().item_names("SIGNALS"), program) == "");
  names said;
  for (const auto& row : table("signal"))
    said.merge(all_of(row[0], R"(\b(SIG[A-Z]+[0-9]?)\b)"));
  CHECK(disagreement(said, program) == "");
}

TEST_CASE("The man page has every environment variable that the program reads, and no other") {
  names program;
  for (const std::string& text : code_in({"lib", "daemon"}))
    program.merge(environment_of(text));
  program.erase("OVH_ENDPOINT"); // every account names its own
  REQUIRE(program.size() > 10);
  CHECK(disagreement(manual().item_names("ENVIRONMENT"), program) == "");
}

TEST_CASE("The man page has every field of the log, and no other") {
  names program;
  for (const std::string& text : code_in({"lib/agent", "daemon"}))
    program.merge(all_of(text, R"rx(\{"([A-Z][A-Z0-9_]+)",\s)rx"));
  REQUIRE(program.contains("VM_ID"));
  CHECK(disagreement(manual().item_names("LOG"), program) == "");
}
