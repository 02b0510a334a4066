// Licenses that a policy admits beside those built in, and reviews that it acknowledges.
#include "config/examples_file.hpp"
#include "config/policy_file.hpp"
#include "said.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ovhl;
using namespace ovhl::config;

namespace {

std::string errors(const std::string& text) { return lines(parse_policy(text, "p.yaml").errors); }
std::string warnings(const std::string& text) {
  return lines(parse_policy(text, "p.yaml").warnings);
}

std::string rule(const std::string& rest) {
  return "rules:\n  - name: r\n    match: {name: x}\n" + rest;
}

} // namespace

TEST_CASE(
    "A license that the policy admits can be expected and accepted, wherever it is admitted") {
  const std::string use = "guest_os_families:\n"
                          "  a: windows 2028 Standard\n"
                          "  b: {license: windows 2028 Standard, accept: windows 2028 Dat*}\n"
                          "rules: [{name: r, match: {name: x}, license: windows 2028 Standard}]\n";
  const std::string admitted = "licenses: [windows 2028 Standard, windows 2028 Datacenter]\n";
  for (const std::string& text : {use + admitted, admitted + use}) {
    CHECK(errors(text) == "");
    CHECK(warnings(text) == "");
  }
  CHECK(errors("guest_os_families: {a: windows 2028 Standard}") ==
        "p.yaml:1:24: 'windows 2028 Standard' is not a license that can be declared; did you mean "
        "'windows 2022 Standard'?\n");
}

TEST_CASE("A policy that admits licenses is still checked for typos in others") {
  CHECK(errors("licenses: [windows 2028 Web]\nguest_os_families: {a: windows 2019 Standrad}") ==
        "p.yaml:2:24: 'windows 2019 Standrad' is not a license that can be declared; did you mean "
        "'windows 2019 Standard'?\n");
}

TEST_CASE("Admitting a license that is built in, or looks like one, is a warning") {
  CHECK(warnings("licenses: [windows 2019 Standard]") ==
        "p.yaml:1:12: this version already knows 'windows 2019 Standard': it need not be listed "
        "here\n");
  CHECK(warnings("licenses: [windows 2019 Standrad]") ==
        "p.yaml:1:12: 'windows 2019 Standrad' is accepted, but resembles 'windows 2019 Standard'; "
        "use that if it is what you mean\n");
}

TEST_CASE("Only a new license can be admitted") {
  CHECK(errors("licenses: [windows 2012 Standard]") ==
        "p.yaml:1:12: 'windows 2012 Standard' is a legacy license: it can be read but no longer "
        "declared\n");
  CHECK(errors("licenses: [OVHcloud managed]") ==
        "p.yaml:1:12: 'OVHcloud managed' is a state that OVHcloud reports, not a license that can "
        "be declared\n");
  CHECK(errors("licenses: [keep]") == "p.yaml:1:12: 'keep' is a reserved word, not a license\n");
  CHECK(errors("licenses: ['']") == "p.yaml:1:12: each of 'licenses' must not be empty\n");
  CHECK(errors("licenses: [a, a]") == "p.yaml:1:15: repeated member 'a'; first given in line 1\n");
  CHECK(errors("licenses: a") == "p.yaml:1:11: 'licenses' must be a list, not 'a'\n");
}

TEST_CASE("Examples may name the licenses that their policy admits") {
  const std::string text =
      "examples: [{vm: {name: x, license: windows 2028 Web}, expect: {verdict: compliant, "
      "license: windows 2028 Web}}]";
  CHECK(lines(parse_examples(text, "e.yaml", {"windows 2028 Web"}).errors) == "");
  CHECK(
      lines(parse_examples(text, "e.yaml").errors) ==
      "e.yaml:1:36: 'windows 2028 Web' is not a license that OVHcloud knows; did you mean 'windows "
      "2008 R2 Web'?\ne.yaml:1:93: 'windows 2028 Web' is not a license that can be declared\n");
}

TEST_CASE("A review is acknowledged by a reason and an end together") {
  CHECK(errors(rule("    license: review")) == "");
  CHECK(errors(rule("    license: review\n    reason: asked\n    until: 2027-06-30")) == "");
  CHECK(errors(rule("    license: review\n    reason: asked\n    until: never")) == "");
  CHECK(errors("guest_os_families: {a: {license: review, reason: x, until: 2027-06-30}}") == "");
  CHECK(errors(rule("    license: review\n    reason: asked")) ==
        "p.yaml:5:13: 'reason' with 'license: review' requires 'until' (a date, or never)\n");
  CHECK(errors(rule("    license: review\n    until: 2027-06-30")) ==
        "p.yaml:5:12: 'until' with 'license: review' requires 'reason'\n");
}
