#include "base/digest.hpp"
#include "config/policy_file.hpp"
#include "said.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace ovhl;
using namespace ovhl::config;
using licensing::wanted;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

std::string said(const std::string& text) {
  return lines(parse_policy(text, "policy.yaml").errors);
}

void check_table(std::initializer_list<mistaken> table) {
  for (const mistaken& m : table) {
    CAPTURE(m.text);
    CHECK(said(m.text) == m.said + "\n");
  }
}

} // namespace

TEST_CASE("Mistakes in rules are reported with their place") {
  check_table({
      {"rules:", "policy.yaml:1:1: 'rules' has no value; it must be a list"},
      {"rules: {}", "policy.yaml:1:8: 'rules' must be a list, not a mapping"},
      {"rules:\n  - license: none", "policy.yaml:2:5: each of 'rules' must have the key 'name'\n"
                                    "policy.yaml:2:5: each of 'rules' must have the key 'match'"},
      {"rules:\n  - {name: a, match: {name: x}}",
       "policy.yaml:2:5: each of 'rules' must have the key 'license'"},
      {"rules:\n  - {name: a, match: {}, license: none}",
       "policy.yaml:2:22: 'match' must have at least one criterion"},
      {"rules:\n  - {name: a, match: x, license: none}",
       "policy.yaml:2:22: 'match' must be a mapping, not 'x'"},
      {"rules:\n  - {name: a, match: {name: []}, license: none}",
       "policy.yaml:2:29: 'name' must have at least one entry"},
      {"rules:\n  - {name: a, match: {name: null}, license: none}",
       "policy.yaml:2:29: 'name' has no value; it must be text"},
      {"rules:\n  - {name: a, match: {name: [[x]]}, license: none}",
       "policy.yaml:2:30: each of 'name' must be text, not a list"},
      {"rules:\n  - {name: a, match: {names: x}, license: none}",
       "policy.yaml:2:23: unknown key 'names'; did you mean 'name'?"},
      {"rules:\n  - {name: a, match: {vm_id: 0}, license: none}",
       "policy.yaml:2:30: 'vm_id' must be a whole number, 1 or more, not '0'"},
      {"rules:\n  - {name: a, match: {vm_id: [1, x]}, license: none}",
       "policy.yaml:2:34: each of 'vm_id' must be a whole number, 1 or more, not 'x'"},
      {"rules:\n  - {name: a, match: {datacenter: -3}, license: none}",
       "policy.yaml:2:35: 'datacenter' must be a whole number, 1 or more, not '-3'"},
      {"rules:\n  - {name: a, match: {power_state: powerdOn}, license: none}",
       "policy.yaml:2:36: 'power_state' must be poweredOn, poweredOff, suspended or deleted, or a "
       "glob that matches one, not 'powerdOn'; did you mean 'poweredOn'?"},
      {"rules:\n  - {name: a, match: {name: x}, license: none, mode: enforced}",
       "policy.yaml:2:54: 'mode' must be report, declare or enforce, not 'enforced'; did you mean "
       "'enforce'?"},
      {"rules:\n  - {name: a, match: {name: x}, license: none, bypass_guest_os_family_check: 2}",
       "policy.yaml:2:78: 'bypass_guest_os_family_check' must be on or off, not '2'"},
      {"rules:\n  - {name: a, match: {name: x}, license: none}\n"
       "  - {name: a, match: {name: y}, license: none}",
       "policy.yaml:3:12: repeated name 'a'; first given in line 2"},
  });
}

TEST_CASE("Mistakes at the top of a policy are reported with their place") {
  check_table({
      {"mode: off", "policy.yaml:1:7: 'mode' must be report, declare or enforce, not 'off'"},
      {"guest_os_family: {}",
       "policy.yaml:1:1: unknown key 'guest_os_family'; did you mean 'guest_os_families'?"},
      {"guest_os_family_from: tools",
       "policy.yaml:1:23: 'guest_os_family_from' must be configured or reported, not 'tools'"},
      {"guest_os_families: {'WIN*': none, 'win*': review}",
       "policy.yaml:1:35: repeated key 'win*'; first given in line 1 (case is ignored)"},
      {"guest_os_families: [none]",
       "policy.yaml:1:20: 'guest_os_families' must be a mapping, not a list"},
      {"[a]", "policy.yaml:1:1: the file must be a mapping, not a list"},
      {"just text", "policy.yaml:1:1: the file must be a mapping, not 'just text'"},
  });
}

TEST_CASE("Mistakes in guards are reported with their place") {
  const auto window = [](const std::string& w) { return "guards: {windows: [" + w + "]}"; };
  check_table({
      {"guards: {confirm_polls: 0}",
       "policy.yaml:1:25: 'confirm_polls' must be a whole number from 1 to 1000, not '0'"},
      {"guards: {grace: 1w}", "policy.yaml:1:17: 'grace' must be a duration from 0s to 365d (such "
                              "as 30s, 5m, 12h or 7d), not '1w'"},
      {"guards: {max_sets_per_poll: -1}", "policy.yaml:1:29: 'max_sets_per_poll' must be a whole "
                                          "number from 0 to 100000, not '-1'"},
      {"guards: {max_set_share: 30}",
       "policy.yaml:1:25: 'max_set_share' must be a share from 0% to 100%, not '30'"},
      {"guards: {max_removal_share: 101%}",
       "policy.yaml:1:29: 'max_removal_share' must be a share from 0% to 100%, not '101%'"},
      {"guards: {max_removal_share: '%'}",
       "policy.yaml:1:29: 'max_removal_share' must be a share from 0% to 100%, not '%' in quotes"},
      {"guards: {retry_after: 0s}",
       "policy.yaml:1:23: 'retry_after' must be a duration from 1s to 1d (such as 30s, 5m, 12h or "
       "7d), not '0s'"},
      {"guards: {window: []}", "policy.yaml:1:10: unknown key 'window'; did you mean 'windows'?"},
      {window("{days: mon-fry}"),
       "policy.yaml:1:27: 'days' must be days such as mon-fri or 'sat,sun', not 'mon-fry'"},
      {window("{days: 'mon,,tue'}"), "policy.yaml:1:27: 'days' must be days such as mon-fri or "
                                     "'sat,sun', not 'mon,,tue' in quotes"},
      {window("{days: []}"), "policy.yaml:1:27: 'days' must have at least one entry"},
      {window("{days: [mon, 3]}"), "policy.yaml:1:33: each of 'days' must be days such as mon-fri "
                                   "or 'sat,sun', not '3'"},
      {window("{from: 8:00}"),
       "policy.yaml:1:27: 'from' must be a time such as \"08:00\", not '8:00'"},
      {window("{from: '24:00'}"),
       "policy.yaml:1:27: 'from' must be a time such as \"08:00\", not '24:00' in quotes"},
      {window("{from: 08-00}"),
       "policy.yaml:1:27: 'from' must be a time such as \"08:00\", not '08-00'"},
      {window("{to: '24:01'}"), "policy.yaml:1:25: 'to' must be a time such as \"18:00\", at most "
                                "\"24:00\", not '24:01' in quotes"},
      {window("{to: '12:60'}"), "policy.yaml:1:25: 'to' must be a time such as \"18:00\", at most "
                                "\"24:00\", not '12:60' in quotes"},
      {window("{from: 08:00, to: 08:00}"), "policy.yaml:1:38: 'from' and 'to' are the same time"},
      {window("{time_zone: Europe/Pariss}"),
       "policy.yaml:1:32: unknown time zone 'Europe/Pariss'; did you mean 'Europe/Paris'?"},
      {window("{time_zone: ../../../etc/passwd}"),
       "policy.yaml:1:32: unknown time zone '../../../etc/passwd'"},
  });
}
