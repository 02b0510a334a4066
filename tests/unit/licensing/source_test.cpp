// Which rule or entry decides, when it ends, and what else it brings: mode and bypass.
#include "support.hpp"

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;

namespace {

constexpr auto nothing_due = action::none;
constexpr auto set = action::set_license;

} // namespace

TEST_CASE("a keep exempts up to and including its last day, then it is passed over and named") {
  policy p = only_rule(by_name({"web-*"}), keep("agreement 1234567", today));
  const vm v = a_vm(w2019, null, null);
  check_verdict(v, p,
                {verdict::exempt, nothing_due, "", "rule 'the rule'",
                 "kept until 2027-01-15: agreement 1234567"});

  p.rules[0].expect.until = today - std::chrono::days(1);
  check_verdict(v, p,
                {verdict::missing, set, "windows 2019 Standard",
                 "guest_os_families 'windows2019srv_64Guest'",
                 "windows2019srv_64Guest (Windows Server 2019) expects 'windows 2019 Standard', "
                 "none is declared; exemption 'the rule' ended on 2027-01-14"});
  CHECK(judge(v, here, p, today).expired == source{source::kind::rule, 0});
}

TEST_CASE("an ended keep of the map gives way to the next entry that fits") {
  policy p;
  p.guest_os_families.push_back(
      entry("windows2019*", keep("until then", today - std::chrono::days(1))));
  p.guest_os_families.push_back(entry("win*", review()));
  check_verdict(a_vm(w2019, null, null), p,
                {verdict::review, nothing_due, "", "guest_os_families 'win*'",
                 "the policy leaves windows2019srv_64Guest (Windows Server 2019) to a person; none "
                 "is declared; exemption 'windows2019*' ended on 2027-01-14"});
}

TEST_CASE("of several ended keeps the first one is named, and one that still runs applies") {
  policy p;
  p.rules.push_back(a_rule("one", {}, keep("a", today - std::chrono::days(9))));
  p.rules.push_back(a_rule("two", {}, keep("b", today - std::chrono::days(3))));
  p.rules.push_back(a_rule("three", {}, keep("c", std::nullopt)));
  check_verdict(a_vm(w2019, null, null), p,
                {verdict::exempt, nothing_due, "", "rule 'three'",
                 "kept indefinitely: c; exemption 'one' ended on 2027-01-06"});
}

TEST_CASE("the mode is the deciding source's, else the policy's") {
  policy p = usual_policy();
  p.mode = mode::declare;
  CHECK(judge(a_vm(w2019, null, null), here, p, today).mode == mode::declare);
  p.rules.push_back(
      a_rule("one", by_name({"web-*"}), in_mode(license("windows 2019 Standard"), mode::enforce)));
  p.guest_os_families[0].expect.mode = mode::report;
  CHECK(judge(a_vm(w2019, null, null), here, p, today).mode == mode::enforce);
  const decision reported = judge(named(a_vm(w2022, null, null), "db"), here, p, today);
  CHECK(reported.mode == mode::report);
  CHECK(reported.action == set); // due, though not allowed
}

TEST_CASE(
    "the bypass is the deciding source's, else the policy's, and goes with setLicense alone") {
  policy p = usual_policy();
  const auto bypass = [&](std::string_view guest, std::string_view license) {
    return judge(a_vm(guest, null, license), here, p, today).bypass;
  };
  CHECK_FALSE(bypass(w2019, null));
  p.bypass_guest_os_family_check = true;
  CHECK(bypass(w2019, null));
  CHECK_FALSE(bypass(w2019, "windows 2019 Standard"));
  CHECK_FALSE(bypass(ubuntu, "windows 2019 Standard"));
  p.guest_os_families[1].expect.bypass_guest_os_family_check = false;
  CHECK_FALSE(bypass(w2019, null));
  CHECK(bypass(w2022, null));
}
