#include "config/examples_file.hpp"
#include "said.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ovhl;
using namespace ovhl::config;
using licensing::known;
using licensing::verdict;

namespace {

std::string said(const std::string& text) { return lines(parse_examples(text, "e.yaml").errors); }

} // namespace

TEST_CASE("Examples are read with all their keys") {
  auto read = parse_examples(R"(examples:
  - name: the databases
    vm: {name: db-1, guest_os_family: windows2019srv_64Guest, reported_guest_os_family: windowsGuest,
         license: windows 2012 Standard, vm_id: 7, service: pcc-1, datacenter: 12, cluster: c,
         folder: f, power_state: suspended, account: main}
    on: 2027-01-31
    expect: {verdict: wrong, license: windows 2019 Standard, action: setLicense, rule: sql}
  - vm: {name: web-1, license: null}
    expect: compliant
  - vm: {}
    expect: {verdict: superfluous, license: none, action: removeLicense}
  - vm: {license: OVHcloud managed}
    expect: {verdict: managed, license: null, action: none}
)",
                             "e.yaml");
  CHECK(lines(read.errors).empty());
  REQUIRE(read.value);
  const examples all = std::move(*read.value); // the texts must outlive the move
  REQUIRE(all.list.size() == 4);

  const example& first = all.list[0];
  CHECK(first.name == "the databases");
  CHECK(first.line == 2);
  CHECK(first.vm.id == 7);
  CHECK(first.vm.name == "db-1");
  CHECK(first.vm.guest_os_family == "windows2019srv_64Guest");
  CHECK(first.vm.reported_guest_os_family == "windowsGuest");
  CHECK(first.vm.license == "windows 2012 Standard");
  CHECK(first.vm.listed_license == "windows 2012 Standard");
  CHECK(first.vm.listed);
  CHECK(first.vm.cluster == "c");
  CHECK(first.vm.folder == "f");
  CHECK(first.vm.power == licensing::power_state::suspended);
  CHECK((first.where == licensing::place{"main", "pcc-1", 12}));
  CHECK((first.on == parse_date("2027-01-31")));
  CHECK(first.verdict == verdict::wrong);
  CHECK((first.license == "windows 2019 Standard"));
  CHECK((first.action == "setLicense"));
  CHECK((first.rule == "sql"));

  CHECK(all.list[1].name == "web-1");
  CHECK_FALSE(known(all.list[1].vm.license));
  CHECK_FALSE(known(all.list[1].vm.guest_os_family));
  CHECK_FALSE(all.list[1].vm.listed);
  CHECK(all.list[1].vm.power == licensing::power_state::powered_on);
  CHECK(all.list[1].verdict == verdict::compliant);
  CHECK_FALSE(all.list[1].license.has_value());
  CHECK_FALSE(all.list[1].on.has_value());

  CHECK(all.list[2].name == "example 3");
  CHECK((all.list[2].license == ""));
  CHECK((all.list[3].license == ""));
  CHECK((all.list[3].action == "none"));
}

TEST_CASE("Mistakes in examples are reported with their place") {
  const auto of_vm = [](const std::string& vm) {
    return "examples:\n- vm: {" + vm + "}\n  expect: review";
  };
  const auto expecting = [](const std::string& what) {
    return "examples:\n- vm: {}\n  expect: " + what;
  };
  const mistaken table[] = {
      {"example: []", "e.yaml:1:1: unknown key 'example'; did you mean 'examples'?\n"
                      "e.yaml:1:1: the file must have the key 'examples'"},
      {"examples: []", "e.yaml:1:11: 'examples' must have at least one entry"},
      {"examples:\n- {}", "e.yaml:2:3: each of 'examples' must have the key 'vm'\n"
                          "e.yaml:2:3: each of 'examples' must have the key 'expect'"},
      {of_vm("nam: x"), "e.yaml:2:8: unknown key 'nam'; did you mean 'name'?"},
      {of_vm("vm_id: x"), "e.yaml:2:15: 'vm_id' must be a whole number, 1 or more, not 'x'"},
      {of_vm("license: windows 2019 Standart"),
       "e.yaml:2:17: 'windows 2019 Standart' is not a "
       "license that OVHcloud knows; did you mean 'windows "
       "2019 Standard'?"},
      {of_vm("power_state: on"), "e.yaml:2:21: 'power_state' must be poweredOn, poweredOff, "
                                 "suspended or deleted, not 'on'"},
      {of_vm("name: [x]"), "e.yaml:2:14: 'name' must be text, not a list"},
      {expecting("compliantt"),
       "e.yaml:3:11: 'expect' must be compliant, missing, wrong, superfluous, exempt, review, "
       "mismatch or managed, not 'compliantt'; did you mean 'compliant'?"},
      {expecting("[wrong]"),
       "e.yaml:3:11: 'expect' must be compliant, missing, wrong, superfluous, "
       "exempt, review, mismatch or managed, not a list"},
      {expecting("{license: none}"), "e.yaml:3:11: 'expect' must have the key 'verdict'"},
      {expecting("{verdict: wrong, license: windows 2012 Standard}"),
       "e.yaml:3:37: 'windows 2012 Standard' is a legacy license: it can be read but no longer "
       "declared"},
      {expecting("{verdict: wrong, action: set}"),
       "e.yaml:3:36: 'action' must be setLicense, removeLicense or none, not 'set'"},
      {expecting("{verdict: wrong, rules: x}"),
       "e.yaml:3:28: unknown key 'rules'; did you mean 'rule'?"},
      {"examples:\n- {vm: {}, on: 31.1.2027, expect: review}",
       "e.yaml:2:16: 'on' must be a date such as 2027-01-31, not '31.1.2027'"},
  };
  for (const mistaken& m : table) {
    CAPTURE(m.text);
    CHECK(said(m.text) == m.said + "\n");
  }
}
