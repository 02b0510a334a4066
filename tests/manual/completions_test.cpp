// The completions, asked as somebody at a prompt would ask them, offer what the program takes.
#include "../integration/daemon/process.hpp"
#include "page.hpp"
#include "support/file_text.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

using namespace ovhl::test;

namespace {

const std::filesystem::path completions = source / "packaging/completions";

// A file of each kind.
class place : public temporary_directory {
 public:
  place() {
    for (const char* name : {"given.yaml", "given.json", "given.conf"})
      file(name, "\n");
  }
};

std::string said_by(const char* shell, std::vector<std::string> arguments, const place& in) {
  launch how;
  how.program = shell;
  how.arguments = std::move(arguments);
  how.folder = in.path();
  how.environment = {{"HOME", in.path().string()}, {"TERM", "dumb"}, {"LANG", "C.UTF-8"}};
  return run(how).out;
}

// What is offered for the last word of the line, which ends where the cursor stands.
using completer = names (*)(const std::string& line, const place&);

names bash(const std::string& line, const place& in) {
  // COMP_WORDS as bash makes it: "=" is a word of its own.
  static constexpr const char* ask = R"(source "$1/ovh-licensed.bash"
    read -ra COMP_WORDS <<<"${2//=/ = }"; [[ $2 == *" " ]] && COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$2 COMP_POINT=${#2}
    _ovh_licensed; printf '%s\n' "${COMPREPLY[@]}"
    complete -p ovh-licensed >/dev/null || echo "bash does not know of it")";
  names all;
  for (const auto& one :
       lines(said_by("bash", {"--norc", "-c", ask, "bash", completions.string(), line}, in)))
    if (!one.empty()) all.insert(one);
  return all;
}

names zsh(const std::string& line, const place& in) {
  const std::string script = (source / "tests/manual/capture.zsh").string();
  names all;
  for (const auto& one : lines(said_by("zsh", {"-f", script, completions.string(), line}, in)))
    all.insert(one);
  return all;
}

names fish(const std::string& line, const place& in) {
  names all;
  for (const auto& one : lines(said_by(
           "fish",
           {"--no-config", "-c",
            "source " + (completions / "ovh-licensed.fish").string() + "; complete -C $argv[1]",
            line},
           in)))
    all.insert(one.substr(0, one.find('\t')));
  return all;
}

struct shell {
  const char* name;
  completer offered;
};
constexpr shell shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};

// Calls it for every shell that is installed.
template <class Check>
void in_every_shell(Check check) {
  const place in;
  for (const shell& s : shells) {
    if (!installed(s.name)) {
      MESSAGE("skipped: there is no ", s.name, " here to complete with");
      continue;
    }
    CAPTURE(s.name);
    check([&](const std::string& line) { return s.offered(line, in); });
  }
}

names keys_of(const options_of& options) {
  names all;
  for (const auto& [option, takes] : options)
    all.insert(option);
  return all;
}

// What a command takes: its own, and what all take.
options_of options_at(const std::string& command) {
  options_of all = help(command).options;
  const options_of everywhere = help().options;
  for (const char* option : {"-c", "--config"})
    all[option] = everywhere.at(option);
  return all;
}

// The options that a completion file names: for every command, and for all ("").
std::map<std::string, names> named_by_zsh() {
  std::map<std::string, names> all;
  std::string commands;
  for (const std::string& line : lines(file_text(completions / "_ovh-licensed"))) {
    const names begun = all_of(line, R"(^    ([a-z|]+)\)$)");
    if (!begun.empty()) commands = *begun.begin();
    const names several = all_of(line, R"(\{(-[a-z],--[a-z-]+)\})");
    names options = all_of(line, R"((--[a-z-]+)\[)");
    for (const std::string& pair : several) {
      options.insert(pair.substr(0, 2));
      options.insert(pair.substr(3));
    }
    for (std::size_t from = 0, to = 0; to != std::string::npos; from = to + 1) {
      to = commands.find('|', from);
      all[commands.substr(from, to - from)].insert(options.begin(), options.end());
    }
  }
  return all;
}

std::map<std::string, names> named_by_fish() {
  std::map<std::string, names> all;
  for (const std::string& line : lines(file_text(completions / "ovh-licensed.fish"))) {
    const names from = all_of(line, "'__fish_seen_subcommand_from ([a-z]+)'");
    names& here = all[from.empty() ? "" : *from.begin()];
    for (const std::string& name : all_of(line, " -l ([a-z-]+)"))
      if (!line.starts_with("set")) here.insert("--" + name);
    if (line.starts_with("complete"))
      for (const std::string& name : all_of(line, " -s ([a-z])"))
        here.insert("-" + name);
  }
  return all;
}

} // namespace

TEST_CASE("Each shell offers the program's commands") {
  const usage program = help();
  in_every_shell([&](const auto& offered) {
    CHECK(disagreement(offered("ovh-licensed "),
                       names(program.commands.begin(), program.commands.end())) == "");
    CHECK(shown(offered("ovh-licensed st")) == "status");
    CHECK(shown(offered("ovh-licensed -c given.yaml st")) == "status");
  });
}

TEST_CASE("Each shell offers the options of each command, and no other") {
  const usage program = help();
  in_every_shell([&](const auto& offered) {
    CHECK(disagreement(offered("ovh-licensed -"), keys_of(program.options)) == "");
    for (const std::string& command : program.commands) {
      CAPTURE(command);
      CHECK(disagreement(offered("ovh-licensed " + command + " -"), keys_of(options_at(command))) ==
            "");
    }
  });
}

TEST_CASE("Each shell offers what an option takes: its words, files, or nothing") {
  const usage program = help();
  in_every_shell([&](const auto& offered) {
    for (const std::string& command : program.commands)
      for (const auto& [option, takes] : options_at(command)) {
        if (takes.empty()) continue;
        std::string line = "ovh-licensed " + command;
        line += " " + option + " ";
        CAPTURE(line);
        if (takes == "FILE")
          CHECK(shown(offered(line)).find("given.") != std::string::npos);
        else if (takes.find('|') == std::string::npos)
          CHECK(shown(offered(line)) == "");
        else {
          std::string words;
          for (const std::string& word : offered(line))
            words += (words.empty() ? "" : "|") + word;
          CHECK(words == takes);
        }
      }
  });
}

TEST_CASE("Each shell offers the kind of file that a command reads") {
  in_every_shell([&](const auto& offered) {
    CHECK(offered("ovh-licensed test ").contains("given.yaml"));
    CHECK(offered("ovh-licensed apply --plan ").contains("given.json"));
    CHECK(offered("ovh-licensed -c ").contains("given.yaml"));
    CHECK(offered("ovh-licensed login --file ").contains("given.conf"));
    CHECK(shown(offered("ovh-licensed explain ")) == "");
  });
}

TEST_CASE("bash completes what stands behind an equals sign") {
  const place in;
  CHECK(shown(bash("ovh-licensed plan --format=", in)) == "csv, json, table");
  CHECK(shown(bash("ovh-licensed plan --format=j", in)) == "json");
  CHECK(shown(bash("ovh-licensed --config=given.y", in)) == "given.yaml");
  CHECK(shown(bash("ovh-licensed --config=given.yaml st", in)) == "status");
}

// Where the shell itself is not there to be asked, its file is read.
TEST_CASE("The files for zsh and fish name the options of each command, and no other") {
  const usage program = help();
  for (const auto& named : {named_by_zsh(), named_by_fish()}) {
    CHECK(disagreement(named.at(""), keys_of(program.options)) == "");
    for (const std::string& command : program.commands) {
      CAPTURE(command);
      names own = keys_of(help(command).options);
      own.erase("-h");
      own.erase("--help");
      const auto found = named.find(command);
      CHECK(disagreement(found == named.end() ? names() : found->second, own) == "");
    }
  }
}

TEST_CASE("Each shell offers the VMs and accounts that the status file names") {
  const place in;
  const auto program = in.file("ovh-licensed", R"(#!/bin/sh
[ "$*" = "status --format json" ] || exit 1
cat <<'END'
  "findings": [
    {"account": "main", "service": "pcc-1", "datacenter": 12, "vm_id": 1074, "name": "web-1", "x": 1},
    {"account": "main", "service": "pcc-1", "datacenter": 12, "vm_id": 1075, "name": "app-1", "x": 1}
  ],
  "accounts": [
    {"account": "main", "credential_expires_at": null, "services": []},
    {"account": "lab", "credential_expires_at": null, "services": []}
  ],
END
)",
                               0700);
  for (const shell& s : shells) {
    if (!installed(s.name)) continue;
    CAPTURE(s.name);
    const std::string typed = program.string();
    const bool by_name = s.offered == fish || s.offered == zsh; // they know the command by its name
    const std::string line = by_name ? "./ovh-licensed" : typed;
    CHECK(shown(s.offered(line + " explain ", in)) == "app-1, web-1");
    CHECK(shown(s.offered(line + " history w", in)) == "web-1");
    CHECK(shown(s.offered(line + " login --account ", in)) == "lab, main");
  }
}
