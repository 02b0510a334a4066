// Configured and reported guest OS lead to different ends.
#include "support.hpp"

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;

namespace {

constexpr auto nothing_due = action::none;
constexpr auto set = action::set_license;

constexpr std::string_view linux_with_windows_in_it =
    "configured as ubuntu64Guest: no license is expected, none is declared; reported by VMware "
    "Tools as windows2019srv_64Guest (Windows Server 2019): 'windows 2019 Standard' is expected, "
    "none is declared";

} // namespace

TEST_CASE("guest ids that lead to different ends are a mismatch, with both in the reason") {
  const std::vector<verdict_row> table{
      {"one side fine, the other missing",
       a_vm(ubuntu, w2019, null),
       {verdict::mismatch, nothing_due, "", "guest_os_families '*'", linux_with_windows_in_it}},
      {"both missing, different licenses",
       a_vm(w2019, w2022, null),
       {verdict::mismatch, nothing_due, "", "guest_os_families 'windows2019srv_64Guest'",
        "configured as windows2019srv_64Guest (Windows Server 2019): 'windows 2019 Standard' is "
        "expected, none is declared; reported by VMware Tools as windows2019srvNext_64Guest "
        "(Windows Server 2022): 'windows 2022 Standard' is expected, none is declared"}},
      {"one side fine, the other superfluous",
       a_vm(w2019, ubuntu, "windows 2019 Standard"),
       {verdict::mismatch, nothing_due, "", "guest_os_families 'windows2019srv_64Guest'",
        "configured as windows2019srv_64Guest (Windows Server 2019): 'windows 2019 Standard' is "
        "expected, 'windows 2019 Standard' is declared; reported by VMware Tools as ubuntu64Guest: "
        "no license is expected, 'windows 2019 Standard' is declared"}},
      {"one side for a person",
       a_vm(w2019, "windows11_64Guest", null),
       {verdict::mismatch, nothing_due, "", "guest_os_families 'windows2019srv_64Guest'",
        "configured as windows2019srv_64Guest (Windows Server 2019): 'windows 2019 Standard' is "
        "expected, none is declared; reported by VMware Tools as windows11_64Guest (Windows 11): "
        "the policy leaves this VM to a person; none is declared"}},
  };
  check_table(table, usual_policy());
}

TEST_CASE("guest ids that lead to the same end have its verdict, from the one that counts") {
  policy p = usual_policy();
  const std::vector<verdict_row> table{
      {"both fine, by different entries",
       a_vm(w2016, w2019, "windows 2019 Standard"),
       {verdict::compliant, nothing_due, "windows 2016 Standard",
        "guest_os_families 'windows9Server64Guest'",
        "'windows 2019 Standard' is declared, which is accepted in place of 'windows 2016 "
        "Standard'"}},
      {"both for a person",
       a_vm("windows11_64Guest", "windows9_64Guest", null),
       {verdict::review, nothing_due, "", "guest_os_families 'win*'",
        "the policy leaves windows11_64Guest (Windows 11) to a person; none is declared"}},
      {"both without a license",
       a_vm(ubuntu, "debian11_64Guest", null),
       {verdict::compliant, nothing_due, "", "guest_os_families '*'",
        "ubuntu64Guest expects no license, none is declared"}},
      {"both superfluous",
       a_vm(ubuntu, "debian11_64Guest", "windows 2019 Standard"),
       {verdict::superfluous, action::remove_license, "", "guest_os_families '*'",
        "ubuntu64Guest expects no license, 'windows 2019 Standard' is declared"}},
      {"the same id in another case",
       a_vm(w2019, "WINDOWS2019SRV_64GUEST", null),
       {verdict::missing, set, "windows 2019 Standard",
        "guest_os_families 'windows2019srv_64Guest'",
        "windows2019srv_64Guest (Windows Server 2019) expects 'windows 2019 Standard', none is "
        "declared"}},
  };
  check_table(table, p);

  p.rules.push_back(a_rule("web", by_name({"web-*"}), license("windows 2019 Standard")));
  check_verdict(a_vm(ubuntu, w2019, null), p,
                {verdict::missing, set, "windows 2019 Standard", "rule 'web'",
                 "'windows 2019 Standard' is expected, none is declared"});
}

TEST_CASE("a rule by guest OS fits one side alone") {
  policy p = usual_policy();
  matcher m;
  m.guest_os_family = globs({"windows2019srv*"});
  p.rules.push_back(a_rule("windows", m, keep("ours", std::nullopt)));
  check_verdict(
      a_vm(ubuntu, w2019, null), p,
      {verdict::mismatch, nothing_due, "", "guest_os_families '*'",
       "configured as ubuntu64Guest: no license is expected, none is declared; reported by VMware "
       "Tools as windows2019srv_64Guest (Windows Server 2019): kept indefinitely: ours"});
}

TEST_CASE("windowsGuest says nothing against a configured Windows, but against another system") {
  const policy p = usual_policy();
  CHECK(judge(a_vm(w2019, "windowsGuest", null), here, p, today).verdict == verdict::missing);
  CHECK(judge(a_vm(ubuntu, "windowsGuest", null), here, p, today).verdict == verdict::mismatch);

  policy by_report = p;
  by_report.guest_os_family_from = guest_source::reported;
  CHECK(judge(a_vm(w2019, "windowsGuest", null), here, by_report, today).verdict ==
        verdict::missing);
}

TEST_CASE("by the bypass the license of the guest OS that counts is set all the same") {
  policy p = usual_policy();
  p.guest_os_family_from = guest_source::reported;
  p.guest_os_families[1].expect = bypassing(p.guest_os_families[1].expect);
  const vm v = a_vm(ubuntu, w2019, null);
  check_verdict(
      v, p,
      {verdict::mismatch, set, "windows 2019 Standard",
       "guest_os_families 'windows2019srv_64Guest'",
       "reported by VMware Tools as windows2019srv_64Guest (Windows Server 2019): 'windows 2019 "
       "Standard' is expected, none is declared; configured as ubuntu64Guest: no license is "
       "expected, none is declared; the guest OS check will be bypassed"});
  const decision d = judge(v, here, p, today);
  CHECK(d.bypass);
  CHECK(d.other == source{source::kind::entry, 5});

  const vm replaced = a_vm(ubuntu, w2019, "windows 2016 Standard");
  CHECK(judge(replaced, here, p, today).verdict == verdict::mismatch);
  CHECK(judge(replaced, here, p, today).action == set);
}

TEST_CASE("by the bypass what is right for the guest OS that counts is compliant") {
  policy p = usual_policy();
  p.bypass_guest_os_family_check = true;
  check_verdict(a_vm(w2019, ubuntu, "windows 2019 Datacenter"), p,
                {verdict::compliant, nothing_due, "windows 2019 Standard",
                 "guest_os_families 'windows2019srv_64Guest'",
                 "configured as windows2019srv_64Guest (Windows Server 2019): 'windows 2019 "
                 "Datacenter' is declared, which is accepted in place of 'windows 2019 Standard'; "
                 "reported by VMware Tools as ubuntu64Guest: no license is expected, 'windows 2019 "
                 "Datacenter' is declared; the guest OS check is bypassed, so the first counts"});
}

TEST_CASE("the bypass never removes a license, and never makes none right") {
  policy p = usual_policy();
  p.bypass_guest_os_family_check = true;
  const decision remove = judge(a_vm(ubuntu, w2019, "windows 2019 Standard"), here, p, today);
  CHECK(remove.verdict == verdict::mismatch);
  CHECK(remove.action == action::none);
  check_verdict(
      a_vm(ubuntu, w2019, null), p,
      {verdict::mismatch, nothing_due, "", "guest_os_families '*'", linux_with_windows_in_it});
}

TEST_CASE("a source can refuse the bypass that stands at the top, and no source follows the top") {
  policy p = usual_policy();
  p.bypass_guest_os_family_check = true;
  p.guest_os_families[1].expect = bypassing(p.guest_os_families[1].expect, false);
  CHECK(judge(a_vm(w2019, ubuntu, null), here, p, today).action == action::none);
  CHECK(judge(a_vm(w2022, ubuntu, null), here, p, today).action == set);

  policy only_windows;
  only_windows.bypass_guest_os_family_check = true;
  only_windows.guest_os_families.push_back(entry("windows*", license("windows 2019 Standard")));
  check_verdict(a_vm(ubuntu, w2019, null), only_windows,
                {verdict::mismatch, nothing_due, "", "",
                 "configured as ubuntu64Guest: nothing in the policy matches, but "
                 "windows2019srv_64Guest (Windows Server 2019) is Windows; none is declared; "
                 "reported by VMware Tools as windows2019srv_64Guest (Windows Server 2019): "
                 "'windows 2019 Standard' is expected, none is declared"});
}

TEST_CASE("an ended exemption of the guest OS that counts is named in a mismatch") {
  policy p = usual_policy();
  p.rules.push_back(a_rule("web", by_name({"web-*"}), keep("x", today - std::chrono::days(1))));
  check_verdict(a_vm(ubuntu, w2019, null), p,
                {verdict::mismatch, nothing_due, "", "guest_os_families '*'",
                 std::string(linux_with_windows_in_it) + "; exemption 'web' ended on 2027-01-14"});
}
