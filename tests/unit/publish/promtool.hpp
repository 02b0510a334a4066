// Prometheus' own checker, run on a text.
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace ovhl::publish::test {

inline std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.is_open(), "there is no ", path);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct outcome {
  int status = -1;
  std::string said;
};

// The arguments go through a shell; `input` is its stdin, and the file $IN.
inline outcome promtool(const std::string& arguments, const std::string& input = {}) {
  std::string folder = "/tmp/ovhl-promtool-XXXXXX";
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  std::ofstream(folder + "/in", std::ios::binary) << input;
  const std::string command =
      "IN=" + folder + "/in; promtool " + arguments + " < $IN > " + folder + "/out 2>&1";
  const int status =
      std::system(command.c_str()); // NOLINT(cert-env33-c): the shell's redirections are wanted
  outcome o{WIFEXITED(status) ? WEXITSTATUS(status) : -1, content(folder + "/out")};
  std::filesystem::remove_all(folder);
  if (o.status == 127)
    FAIL("promtool is not installed: run './dev deps', or install Debian's package 'prometheus'");
  return o;
}

} // namespace ovhl::publish::test
