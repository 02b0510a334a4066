#include "config/diagnostic.hpp"
#include "config/policy_file.hpp"
#include "config/settings.hpp"
#include "said.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

using namespace ovhl::config;

TEST_CASE("A mistake is shown with its line and a caret under its place") {
  const diagnostic d{"config.yaml", 12, 7, "unknown key 'x'", "    - x: 4"};
  CHECK(words(d) == "config.yaml:12:7: unknown key 'x'");
  CHECK(illustrated(d, false) == "config.yaml:12:7: unknown key 'x'\n"
                                 "  12 |     - x: 4\n"
                                 "     |       ^");
  CHECK(illustrated(d, true) == "\x1b[1mconfig.yaml:12:7: \x1b[0munknown key 'x'\n"
                                "  12 |     - x: 4\n"
                                "     |       \x1b[1;32m^\x1b[0m");
}

TEST_CASE("A mistake of the file as a whole has no line to show") {
  const diagnostic d{"config.yaml", 0, 0, "the file is empty", ""};
  CHECK(words(d) == "config.yaml: the file is empty");
  CHECK(illustrated(d, false) == "config.yaml: the file is empty");
}

TEST_CASE("The caret stands right under wide characters, tabs and what cannot be printed") {
  // 日本 take two columns each, é one, the tab one, the escape character four.
  const diagnostic d{"f", 1, 6, "m", "日本é\t\x1bx"};
  CHECK(illustrated(d, false) == "f:1:6: m\n"
                                 "   1 | 日本é \\x1bx\n"
                                 "     |           ^");
  CHECK(illustrated({"f", 1, 5, "m", "日本é\tx"}, false) == "f:1:5: m\n"
                                                            "   1 | 日本é x\n"
                                                            "     |       ^");
}

TEST_CASE("Of a long line the surroundings of the place are shown") {
  const std::string source = std::string(200, 'a') + "X" + std::string(200, 'b');
  CHECK(illustrated({"f", 3, 201, "m", source}, false) ==
        "f:3:201: m\n"
        "   3 | …" +
            std::string(25, 'a') + "X" + std::string(72, 'b') + "…\n" + "     | " +
            std::string(26, ' ') + "^");
}

TEST_CASE("A place past the end of its line is shown there") {
  CHECK(illustrated({"f", 1, 9, "m", "abc"}, false) == "f:1:9: m\n   1 | abc\n     |    ^");
}

TEST_CASE("What is read from a file is found with its lines") {
  const auto read = parse_settings("policy: p\naccounts: []\n", "c.yaml");
  REQUIRE(read.errors.size() == 1);
  CHECK(illustrated(read.errors[0], false) == "c.yaml:2:11: 'accounts' must have at least one "
                                              "entry\n   2 | accounts: []\n     |           ^");
}

TEST_CASE("A file that cannot be read is reported") {
  namespace fs = std::filesystem;
  const ovhl::test::temporary_directory here;
  const auto said = [](const fs::path& file) { return lines(read_settings(file).errors); };

  CHECK(said(here / "none.yaml") ==
        (here / "none.yaml").string() + ": cannot be read: No such file or directory\n");
  CHECK(said(here.path()) == here.path().string() + ": cannot be read: it is a directory\n");
  CHECK(said("/dev/null") == "/dev/null: cannot be read: it is not a regular file\n");

  const fs::path large = here.file("large.yaml", std::string(1024 * 1024 + 1, '#'));
  CHECK(said(large) == large.string() + ": the file is larger than 1 MiB\n");

  const fs::path small = here.file("small.yaml", "mode: enforce\n");
  const auto policy = read_policy(small);
  REQUIRE(policy.value);
  CHECK(policy.value->path == small);
  CHECK(policy.value->text == "mode: enforce\n");
}
