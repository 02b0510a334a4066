// Texts that are no YAML, or only look like it, read by the policy's reader as people would.
#include "config/policy_file.hpp"
#include "config/settings.hpp"
#include "config/yaml.hpp"
#include "said.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace ovhl::config;
using namespace std::string_literals;

namespace {

std::string said(std::string_view text) { return lines(parse_policy(text, "p.yaml").errors); }

std::string repeated(std::string_view unit, std::size_t size) {
  std::string text;
  while (text.size() + unit.size() <= size)
    text += unit;
  return text;
}

constexpr std::size_t mebibyte = std::size_t{1024} * 1024;

} // namespace

TEST_CASE("What is not YAML is said in plain words") {
  const mistaken table[] = {
      {"", "p.yaml: the file is empty"},
      {"# a remark\n", "p.yaml: the file is empty"},
      {"---\n...\n", "p.yaml: the file is empty"},
      {"~", "p.yaml: the file is empty"},
      {"mode: report: x", "p.yaml:1:13: ':' is not allowed here; check the indentation, and quote "
                          "text that contains ': '"},
      {"guards:\n  grace: 1h\n max_sets_per_poll: 1",
       "p.yaml:3:2: this does not belong to the mapping above it; check its indentation, quotes "
       "and commas"},
      {"rules:\n  - ,", "p.yaml:2:5: this does not belong to the list above it; check its "
                        "indentation, quotes and commas"},
      {"rules: [a, b\nmode: report", "p.yaml:1:8: the bracket that opens here is never closed"},
      {"rules: [a, b", "p.yaml:1:8: the bracket that opens here is never closed"},
      {"guards: {grace: 1h", "p.yaml:1:9: the bracket that opens here is never closed"},
      {"rules: []]", "p.yaml:1:10: this bracket was never opened"},
      {"rules: - a", "p.yaml:1:8: a list cannot start on the line of its key"},
      {"guest_os_families:\n  *: none", "p.yaml:2:3: text that begins with '*' must be quoted"},
      {"guest_os_families: {a: *win}", "p.yaml:1:24: text that begins with '*' must be quoted"},
      {"mode: &", "p.yaml:1:8: text that begins with '&' must be quoted"},
      {"mode: !!", "p.yaml:1:9: text that begins with '!' must be quoted"},
      {"mode: @x", "p.yaml:1:7: text that begins like this must be quoted"},
      {"mode: %x", "p.yaml:1:7: text that begins like this must be quoted"},
      {"mode: \"report", "p.yaml:1:14: the file ends before the closing quote"},
      {"mode: \"report\nrules: []\n", "p.yaml:1:7: the quote that opens here is never closed"},
      {"mode: 'it''s\n", "p.yaml:1:7: the quote that opens here is never closed"},
      {"mode: \"\\q\"", "p.yaml:1:10: not valid YAML: unknown escape character: q"},
      {"mode: report\n---\nmode: report\n",
       "p.yaml:2:1: a second document begins here; only one is allowed"},
      {",", "p.yaml:1:1: a second document begins here; only one is allowed"},
  };
  for (const mistaken& m : table) {
    CAPTURE(m.text);
    CHECK(said(m.text) == m.said + "\n");
  }
}

TEST_CASE("Characters that no YAML may hold are refused where they stand") {
  CHECK(said("mode: re\0port"s) == "p.yaml:1:9: control character here (\\x00)\n");
  CHECK(said("a: b\nmode: \x1b[2J") == "p.yaml:2:7: control character here (\\x1b)\n");
  CHECK(said("# h\xC3\xA9\nmode: caf\xE9") == "p.yaml:2:10: not valid UTF-8\n");
  CHECK(said("# \xC3\xA9\xC3\xA9 \xFF") == "p.yaml:1:6: not valid UTF-8\n");
  CHECK(said("m\0o\0d\0e\0"s) == "p.yaml:1:2: control character here (\\x00)\n");
  CHECK(said("\xFF\xFEm") == "p.yaml:1:1: not valid UTF-8\n");
}

TEST_CASE("Columns count characters, not bytes, and a byte order mark is none") {
  CHECK(said("\xEF\xBB\xBFmode: x") ==
        "p.yaml:1:7: 'mode' must be report, declare or enforce, not 'x'\n");
  CHECK(said("{\"\xC3\xA9\": 1, mode: x}") ==
        "p.yaml:1:2: unknown key '\xC3\xA9'; allowed here: mode, extends, licenses, "
        "guest_os_families, rules, guest_os_family_from, bypass_guest_os_family_check, guards, "
        "renewals\np.yaml:1:16: 'mode' must be report, declare or enforce, not 'x'\n");
}

TEST_CASE("Windows line ends, a document's frame and directives are no mistakes") {
  CHECK(said("%YAML 1.2\r\n---\r\nmode: enforce\r\n...\r\n").empty());
  const auto read = parse_policy("mode: report\r\nmode: x\r\n", "p.yaml");
  REQUIRE(read.errors.size() == 1);
  CHECK(read.errors[0].source == "mode: x");
}

TEST_CASE("Tags are passed over, and aliases stand for what they name") {
  const auto read = parse_policy("mode: !!str enforce\n"
                                 "guest_os_families:\n"
                                 "  a: &keep {license: keep, reason: &why x, until: never}\n"
                                 "  b: *keep\n"
                                 "  c: {license: none, reason: *why}\n",
                                 "p.yaml");
  CHECK(lines(read.errors).empty());
  REQUIRE(read.value);
  CHECK(read.value->policy.mode == ovhl::licensing::mode::enforce);
  CHECK(read.value->policy.guest_os_families[1].expect.reason == "x");
  CHECK(read.value->policy.guest_os_families[1].expect.line == 4);
}

TEST_CASE("A mistake that an alias repeats is reported once") {
  CHECK(said("rules:\n- &r {license: none}\n- *r\n") ==
        "p.yaml:2:3: each of 'rules' must have the key 'name'\n"
        "p.yaml:2:3: each of 'rules' must have the key 'match'\n");
  CHECK(said("guest_os_families:\n  a: &x {license: none, until: never}\n  b: *x\n") ==
        "p.yaml:2:32: 'until' is allowed only with 'license: keep' or 'license: review'\n");
}

TEST_CASE("An alias cannot blow a small file up") {
  std::string bomb = "mode: report\nrenewals:\n- &a0 x\n";
  for (int i = 1; i < 12; ++i) {
    bomb += "- &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j)
      bomb += "*a" + std::to_string(i - 1) + ",";
    bomb += "]\n";
  }
  CHECK(said(bomb) == "p.yaml:9:8: too many values up to here\n");
  CHECK(said("rules: &r [*r]") == "p.yaml:1:12: this alias refers to the value that contains it\n");
}

TEST_CASE("Hostile texts of a mebibyte are refused in little time") {
  for (const std::string unit :
       {"[",     "{",   "- ",  "? ", "a: ",     "- ? ",     "a: [",    "[a,",
        "&a ",   "!a ", "\"",  "'",  "|\n",     "---\n",    ",",       "a: b\n",
        "- a\n", "*",   ":\n", "\\", "a\n b\n", "rules: [", "{? ",     "%",
        "\t",    "#",   "-\n", "[,", "- - \n",  "[[],",     "\xC3\xA9"}) {
    CAPTURE(unit);
    const std::string text = repeated(unit, mebibyte);
    CHECK_FALSE(parse_policy(text, "p.yaml").errors.empty());
  }
  CHECK(said("rules: " + repeated("[", 2000)) == "p.yaml:1:257: nested too deeply here\n");
}

TEST_CASE("A file larger than a mebibyte is refused whatever is in it") {
  CHECK(said(repeated("# remark\n", mebibyte) + "# remark\n") ==
        "p.yaml: the file is larger than 1 MiB\n");
}

TEST_CASE("Columns are right for each of several mistakes in a line") {
  CHECK(said("guards: {\"\xC3\xA9\": 1, grace: x, \"\xC3\xA9\": 2, max_set_share: 3}") ==
        "p.yaml:1:10: unknown key '\xC3\xA9'; allowed here: confirm_polls, grace, "
        "max_sets_per_poll, max_removals_per_poll, max_set_share, max_removal_share, retry_after, "
        "windows\np.yaml:1:25: 'grace' must be a duration from 0s to 365d (such as 30s, 5m, 12h or "
        "7d), not 'x'\np.yaml:1:28: repeated key '\xC3\xA9'; first given in line 1\np.yaml:1:51: "
        "'max_set_share' must be a share from 0% to 100%, not '3'\n");
}

TEST_CASE("At most a thousand mistakes are reported") {
  std::string text;
  for (int i = 0; i < 5000; ++i)
    text += "key" + std::to_string(i) + ": 1\n";
  const auto read = parse_policy(text, "p.yaml");
  REQUIRE(read.errors.size() == 1001);
  CHECK(words(read.errors[0]) ==
        "p.yaml:1:1: unknown key 'key0'; allowed here: mode, extends, licenses, guest_os_families, "
        "rules, guest_os_family_from, bypass_guest_os_family_check, guards, renewals");
  CHECK(words(read.errors.back()) == "p.yaml: there are more mistakes; fix these first");
}
