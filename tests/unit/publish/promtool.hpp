// Prometheus' own checker, run on a text.
#pragma once

#include "support/file_text.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <string>

namespace ovhl::publish::test {

struct outcome {
  int status = -1;
  std::string said;
};

// The arguments go through a shell; `input` is its stdin, and the file $IN.
inline outcome promtool(const std::string& arguments, const std::string& input = {}) {
  const ovhl::test::temporary_directory here;
  const std::string in = here.file("in", input).string(), out = (here / "out").string();
  const std::string command = "IN=" + in + "; promtool " + arguments + " < $IN > " + out + " 2>&1";
  const int status =
      std::system(command.c_str()); // NOLINT(cert-env33-c): the shell's redirections are wanted
  outcome o{WIFEXITED(status) ? WEXITSTATUS(status) : -1, ovhl::test::file_text(out)};
  if (o.status == 127)
    FAIL("promtool is not installed: run './dev deps', or install Debian's package 'prometheus'");
  return o;
}

} // namespace ovhl::publish::test
