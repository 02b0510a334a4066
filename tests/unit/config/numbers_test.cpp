// A text that could be read as two numbers is refused, wherever a number is wanted.
#include "base/whole_number.hpp"
#include "config/policy_file.hpp"
#include "config/settings.hpp"
#include "said.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdint>
#include <string>

using namespace ovhl::config;

namespace {

std::string said_of_settings(const std::string& more) {
  return lines(
      parse_settings("policy: p.yaml\naccounts: [{name: main, endpoint: ovh-eu}]\n" + more, "c")
          .errors);
}
std::string said_of_policy(const std::string& text) {
  return lines(parse_policy(text, "p").errors);
}

} // namespace

TEST_CASE("A whole number is written in one way") {
  CHECK(ovhl::whole_number("0") == 0);
  CHECK(ovhl::whole_number("10") == 10);
  CHECK(ovhl::whole_number("-10") == -10);
  CHECK(ovhl::whole_number("9223372036854775807") == INT64_MAX);
  for (const char* none : {"", "-", "00", "010", "-010", "-0", "+5", "0x10", "0o17", "0b1", "1_000",
                           "1,000", "1e3", "1.0", "5 ", " 5", "9223372036854775808"}) {
    CAPTURE(none);
    CHECK_FALSE(ovhl::whole_number(none).has_value());
  }
}

TEST_CASE("No numeric key takes a number that could be read in two ways") {
  const std::string settings[] = {"api: {{requests_per_minute: {}}}", "api: {{connections: {}}}"};
  const std::string policies[] = {
      "guards: {{confirm_polls: {}}}", "guards: {{max_sets_per_poll: {}}}",
      "guards: {{max_removals_per_poll: {}}}",
      "rules: [{{name: a, match: {{vm_id: {}}}, license: none}}]",
      "rules: [{{name: a, match: {{datacenter: [{}]}}, license: none}}]"};
  for (const char* number : {"010", "00", "08", "+5", "0x10", "0o17", "1_000", "1e3"}) {
    CAPTURE(number);
    for (const std::string& key : settings)
      CHECK(said_of_settings(fmt::format(fmt::runtime(key), number)) != "");
    for (const std::string& key : policies)
      CHECK(said_of_policy(fmt::format(fmt::runtime(key), number)) != "");
  }
  CHECK(said_of_policy("guards: {max_sets_per_poll: 010}") ==
        "p:1:29: 'max_sets_per_poll' must be a whole number from 0 to 100000, not '010'; drop the "
        "leading zero, which can be read as octal\n");
}

TEST_CASE("Nor do durations and shares") {
  for (const char* number : {"010", "00", "+5", "0x10", "1_0", "1e1"}) {
    CAPTURE(number);
    CHECK(said_of_settings(fmt::format("poll: {{interval: {}m}}", number)) != "");
    CHECK(said_of_policy(fmt::format("guards: {{grace: {}m}}", number)) != "");
    CHECK(said_of_policy(fmt::format("guards: {{max_set_share: {}%}}", number)) != "");
  }
  CHECK(said_of_settings("poll: {interval: 010m}") ==
        "c:3:18: 'interval' must be a duration from 1s to 1d (such as 30s, 5m, 12h or 7d), not "
        "'010m'; drop the leading zero, which can be read as octal\n");
  CHECK(said_of_policy("guards: {max_set_share: 030%}") ==
        "p:1:25: 'max_set_share' must be a share from 0% to 100%, not '030%'; drop the leading "
        "zero, which can be read as octal\n");
}
