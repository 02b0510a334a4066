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

// A policy that must be right.
licensing::policy right(const std::string& text) {
  const auto read = parse_policy(text, "policy.yaml");
  CHECK(lines(read.errors).empty());
  return read.value.value_or(policy_file{}).policy;
}

void check_table(std::initializer_list<mistaken> table) {
  for (const mistaken& m : table) {
    CAPTURE(m.text);
    CHECK(said(m.text) == m.said + "\n");
  }
}

} // namespace

TEST_CASE("An empty mapping is a policy: it reports, and leaves every Windows to a person") {
  const licensing::policy p = right("{}");
  CHECK(p.mode == licensing::mode::report);
  CHECK_FALSE(p.bypass_guest_os_family_check);
  CHECK(p.guest_os_family_from == licensing::guest_source::configured);
  CHECK(p.guest_os_families.empty());
  CHECK(p.rules.empty());
  CHECK(p.guards.confirm_polls == 2);
  CHECK(p.guards.grace == hours(1));
  CHECK(p.guards.max_sets_per_poll == 20);
  CHECK(p.guards.max_removals_per_poll == 5);
  CHECK(p.guards.max_set_share == 30);
  CHECK(p.guards.max_removal_share == 10);
  CHECK(p.guards.retry_after == minutes(15));
  CHECK(p.guards.windows.empty());
}

TEST_CASE("A policy with everything in it is read, with a warning about renewals alone") {
  const std::string text = R"(mode: declare
guest_os_families:
  "*": none
  "win*": review
  windows2019srv_64Guest:
    license: windows 2019 Standard
    accept: ["windows 2019 *"]
    mode: enforce
    bypass_guest_os_family_check: on
    reason: the house's standard
  WINDOWS2022srvNext_64Guest: windows 2025 Datacenter
rules:
  - name: databases
    match: {name: "db-*", guest_os_family: "windows2019srvNext_64Guest"}
    license: windows 2022 Standard SQL2022 Web
    accept: windows 2022 Standard SQL????* Standard
  - name: own licenses
    match: {name: ["own-*", 12], service: pcc-203-0-113-9, datacenter: 7, cluster: "A*", folder: "", power_state: [poweredOn, suspended], vm_id: [11, 12]}
    license: keep
    reason: |
      Agreement 42,
      second page
    until: 2029-02-28
  - name: for ever
    match: {vm_id: 13}
    license: keep
    reason: a gift
    until: never
  - {name: bare, match: {power_state: poweredOff}, license: none, mode: report, bypass_guest_os_family_check: false}
guest_os_family_from: reported
bypass_guest_os_family_check: yes
guards:
  confirm_polls: 3
  grace: 0s
  max_sets_per_poll: 0
  max_removals_per_poll: 1
  max_set_share: 100%
  max_removal_share: "0%"
  retry_after: 1d
  windows:
    - {days: mon-fri, from: "08:00", to: 18:30, time_zone: Europe/Paris}
    - {days: [sat, sun-mon], from: 22:00, to: "06:00"}
    - {days: "Tue, thu", to: "24:00"}
renewals:
  - {name: anything, and: whatever}
)";
  const auto read = parse_policy(text, "policy.yaml");
  CHECK(lines(read.errors).empty());
  CHECK(lines(read.warnings) ==
        "policy.yaml:44:1: this version does not renew services; 'renewals' is ignored\n");
  REQUIRE(read.value);
  CHECK(read.value->path == "policy.yaml");
  CHECK(read.value->text == text);
  CHECK(read.value->sha256 == sha256(text));
  CHECK(read.value->policy.id == read.value->sha256);

  const licensing::policy& p = read.value->policy;
  CHECK(p.mode == licensing::mode::declare);
  CHECK(p.guest_os_family_from == licensing::guest_source::reported);
  CHECK(p.bypass_guest_os_family_check);

  REQUIRE(p.guest_os_families.size() == 4);
  CHECK(p.guest_os_families[0].guest_os_family.pattern() == "WINDOWS2022srvNext_64Guest");
  CHECK(p.guest_os_families[0].expect.what == wanted::license);
  CHECK(p.guest_os_families[0].expect.license == "windows 2025 Datacenter");
  CHECK(p.guest_os_families[0].expect.line == 11);
  const licensing::expectation& standard = p.guest_os_families[1].expect;
  CHECK(standard.license == "windows 2019 Standard");
  CHECK(standard.accept == std::vector{glob("windows 2019 *")});
  CHECK(standard.mode == licensing::mode::enforce);
  CHECK((standard.bypass_guest_os_family_check == true));
  CHECK(standard.reason == "the house's standard");
  CHECK(standard.line == 5);
  CHECK(p.guest_os_families[2].expect.what == wanted::review);
  CHECK(p.guest_os_families[3].expect.what == wanted::none);

  REQUIRE(p.rules.size() == 4);
  CHECK(p.rules[0].name == "databases");
  CHECK(p.rules[0].match.name == std::vector{glob("db-*")});
  CHECK(p.rules[0].match.guest_os_family == std::vector{glob("windows2019srvNext_64Guest")});
  CHECK(p.rules[0].expect.license == "windows 2022 Standard SQL2022 Web");
  CHECK(p.rules[0].expect.accept.size() == 1);
  CHECK(p.rules[0].expect.line == 13);
  const licensing::rule& own = p.rules[1];
  CHECK(own.match.name == std::vector{glob("own-*"), glob("12")});
  CHECK(own.match.service == std::vector{glob("pcc-203-0-113-9")});
  CHECK(own.match.datacenter == std::vector<std::int64_t>{7});
  CHECK(own.match.cluster == std::vector{glob("A*")});
  CHECK(own.match.folder == std::vector{glob("")});
  CHECK((own.match.power_state ==
         std::vector{licensing::power_state::powered_on, licensing::power_state::suspended}));
  CHECK(own.match.vm_id == std::vector<std::int64_t>{11, 12});
  CHECK(own.expect.what == wanted::keep);
  CHECK(own.expect.reason == "Agreement 42,\nsecond page");
  CHECK((own.expect.until == parse_date("2029-02-28")));
  CHECK(p.rules[2].expect.what == wanted::keep);
  CHECK_FALSE(p.rules[2].expect.until);
  CHECK(p.rules[3].expect.what == wanted::none);
  CHECK(p.rules[3].expect.mode == licensing::mode::report);
  CHECK((p.rules[3].expect.bypass_guest_os_family_check == false));

  const licensing::guards& g = p.guards;
  CHECK(g.confirm_polls == 3);
  CHECK(g.grace == minutes(0));
  CHECK(g.max_sets_per_poll == 0);
  CHECK(g.max_removals_per_poll == 1);
  CHECK(g.max_set_share == 100);
  CHECK(g.max_removal_share == 0);
  CHECK(g.retry_after == hours(24));
  REQUIRE(g.windows.size() == 3);
  CHECK(g.windows[0].days == 0b0011111);
  CHECK(g.windows[0].from == hours(8));
  CHECK(g.windows[0].to == hours(18) + minutes(30));
  CHECK(g.windows[0].time_zone == "Europe/Paris");
  CHECK(g.windows[1].days == 0b1100001);
  CHECK(g.windows[1].from == hours(22));
  CHECK(g.windows[1].to == hours(6));
  CHECK(g.windows[1].time_zone == "UTC");
  CHECK(g.windows[2].days == 0b0001010);
  CHECK(g.windows[2].from == hours(0));
  CHECK(g.windows[2].to == hours(24));
}

TEST_CASE("Map entries stand by how specific they are, equals in the file's order") {
  const licensing::policy p = right("guest_os_families:\n"
                                    "  '*': none\n"
                                    "  'w*b?': none\n"
                                    "  'win*': none\n"
                                    "  'abc*': none\n"
                                    "  'win*9*': none\n"
                                    "  'x': none\n"
                                    "  'other': none\n");
  std::string order;
  for (const auto& entry : p.guest_os_families)
    order += entry.guest_os_family.pattern() + " ";
  CHECK(order == "other x win*9* win* abc* w*b? * ");
}

TEST_CASE("A license is taken exactly as setLicense takes it") {
  check_table({
      {"guest_os_families: {a: windows 2019 Standart}",
       "policy.yaml:1:24: 'windows 2019 Standart' is not a license that can be declared; did you "
       "mean 'windows 2019 Standard'?"},
      {"guest_os_families: {a: Windows 2019 standard}",
       "policy.yaml:1:24: 'Windows 2019 standard' is not a license that can be declared; did you "
       "mean 'windows 2019 Standard'?"},
      {"guest_os_families: {a: nonne}",
       "policy.yaml:1:24: 'nonne' is not a license that can be declared; did you mean 'none'?"},
      {"guest_os_families: {a: Keep}",
       "policy.yaml:1:24: 'Keep' is not a license that can be declared; did you mean 'keep'?"},
      {"guest_os_families: {a: x}", "policy.yaml:1:24: 'x' is not a license that can be declared"},
      {"guest_os_families: {a: \"\"}",
       "policy.yaml:1:24: '' is not a license that can be declared"},
      {"guest_os_families: {a: windows 2012 R2 Standard}",
       "policy.yaml:1:24: 'windows 2012 R2 Standard' is a legacy license: it can be read but no "
       "longer declared"},
      {"guest_os_families: {a: OVHcloud managed}",
       "policy.yaml:1:24: 'OVHcloud managed' is a state that OVHcloud reports, not a license that "
       "can be declared"},
      {"guest_os_families: {a: {license: unlicensed windows guestos}}",
       "policy.yaml:1:34: 'unlicensed windows guestos' is a state that OVHcloud reports, not a "
       "license that can be declared"},
      {"guest_os_families: {a: [none]}", "policy.yaml:1:24: 'a' must be a license, none, keep, "
                                         "review or a mapping, not a list"},
      {"guest_os_families:\n  a:\n  b: none",
       "policy.yaml:2:3: 'a' has no value; it must be a license, none, keep, review or a mapping"},
      {"guest_os_families: {a: {accept: '*'}}",
       "policy.yaml:1:24: 'a' must have the key 'license'"},
      {"guest_os_families: {a: {license: }}",
       "policy.yaml:1:25: 'license' has no value; it must be text"},
  });
}

TEST_CASE("What is accepted must be a license that OVHcloud knows, a legacy one too") {
  const auto accept = [](const std::string& globs) {
    return "guest_os_families: {a: {license: windows 2019 Standard, accept: " + globs + "}}";
  };
  CHECK(right(accept("['windows 2012*', '*', WINDOWS 2008 R2 web]")).guest_os_families.size() == 1);
  check_table({
      {accept("windows 2091 *"), "policy.yaml:1:65: 'windows 2091 *' matches no license that "
                                 "OVHcloud knows; did you mean 'windows 2019 *'?"},
      {accept("['windows 2019 *', 'windows 2019 Standard Cora']"),
       "policy.yaml:1:84: 'windows 2019 Standard Cora' matches no license that OVHcloud knows; did "
       "you mean 'windows 2019 Standard Core'?"},
      {accept("OVHcloud managed"),
       "policy.yaml:1:65: 'OVHcloud managed' matches no license that OVHcloud knows"},
      {accept("['*x*']"), "policy.yaml:1:66: '*x*' matches no license that OVHcloud knows"},
      {accept("{a: b}"), "policy.yaml:1:65: 'accept' must be text, not a mapping"},
  });
}

TEST_CASE(
    "keep needs a reason and an end, and until and accept stand only where they mean something") {
  const auto rule = [](const std::string& rest) {
    return "rules:\n  - name: r\n    match: {name: x}\n" + rest;
  };
  check_table({
      {"guest_os_families: {a: keep}", "policy.yaml:1:24: 'keep' requires 'reason' and 'until'"},
      {"guest_os_families: {a: {license: keep, reason: x}}",
       "policy.yaml:1:34: 'keep' requires 'until' (a date, or never)"},
      {rule("    license: keep"), "policy.yaml:4:14: 'keep' requires 'reason' and 'until'"},
      {rule("    license: keep\n    until: never"), "policy.yaml:4:14: 'keep' requires 'reason'"},
      {rule("    license: keep\n    until: never\n    reason: ' '"),
       "policy.yaml:6:13: 'reason' must not be empty"},
      {rule("    license: keep\n    until: 2027-02-29\n    reason: x"),
       "policy.yaml:5:12: 'until' must be a date such as 2027-06-30, or never, not '2027-02-29'"},
      {rule("    license: keep\n    until: \n    reason: x"),
       "policy.yaml:5:5: 'until' has no value; it must be a date such as 2027-06-30, or never"},
      {rule("    license: none\n    until: never"),
       "policy.yaml:5:12: 'until' is allowed only with 'license: keep' or 'license: review'"},
      {rule("    license: windows 2019 Standard\n    until: 2027-06-30"),
       "policy.yaml:5:12: 'until' is allowed only with 'license: keep' or 'license: review'"},
      {rule("    license: none\n    accept: '*'"),
       "policy.yaml:5:13: 'accept' is allowed only with a license, not with 'none'"},
      {rule("    license: review\n    accept: ['*']"),
       "policy.yaml:5:13: 'accept' is allowed only with a license, not with 'review'"},
      {rule("    license: keep\n    until: never\n    reason: x\n    accept: ['*']"),
       "policy.yaml:7:13: 'accept' is allowed only with a license, not with 'keep'"},
  });
  CHECK(right(rule("    license: none\n    reason: because")).rules[0].expect.reason == "because");
}

TEST_CASE("Power states are matched by globs, and case does not count") {
  using enum licensing::power_state;
  const std::pair<const char*, std::vector<licensing::power_state>> table[] = {
      {"poweredoff", {powered_off}},
      {"\"powered*\"", {powered_on, powered_off}},
      {"[SUSPENDED, \"*ed\"]", {suspended, deleted}},
      {"\"*\"", {powered_on, powered_off, suspended, deleted}},
  };
  for (const auto& [written, meant] : table) {
    CAPTURE(written);
    const auto read = parse_policy(
        fmt::format("rules: [{{name: a, match: {{power_state: {}}}, license: none}}]", written),
        "policy.yaml");
    CHECK(lines(read.errors) == "");
    REQUIRE(read.value);
    CHECK((read.value->policy.rules.at(0).match.power_state == meant));
  }
}
