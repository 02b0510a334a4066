// What is declared against what is expected: verdicts by table, with whole reasons.
#include "base/text.hpp"
#include "support.hpp"

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;

namespace {

constexpr auto nothing_due = action::none;
constexpr auto set = action::set_license;
constexpr auto removal = action::remove_license;

} // namespace

TEST_CASE("a map entry that expects a license decides by what is declared") {
  constexpr std::string_view from = "guest_os_families 'windows2019srv_64Guest'";
  constexpr std::string_view expected = "windows 2019 Standard";
  const std::vector<verdict_row> table{
      {"the very license",
       a_vm(w2019, null, "windows 2019 Standard"),
       {verdict::compliant, nothing_due, expected, from,
        "windows2019srv_64Guest (Windows Server 2019) expects 'windows 2019 Standard', 'windows "
        "2019 Standard' is declared"}},
      {"an accepted one",
       a_vm(w2019, w2019, "windows 2019 Datacenter Core"),
       {verdict::compliant, nothing_due, expected, from,
        "'windows 2019 Datacenter Core' is declared, which is accepted in place of 'windows 2019 "
        "Standard'"}},
      {"none",
       a_vm(w2019, null, null),
       {verdict::missing, set, expected, from,
        "windows2019srv_64Guest (Windows Server 2019) expects 'windows 2019 Standard', none is "
        "declared"}},
      {"unlicensed windows guestos is none",
       a_vm(w2019, null, "unlicensed windows guestos"),
       {verdict::missing, set, expected, from,
        "windows2019srv_64Guest (Windows Server 2019) expects 'windows 2019 Standard', none is "
        "declared"}},
      {"another",
       a_vm(w2019, null, "windows 2016 Standard"),
       {verdict::wrong, set, expected, from,
        "declared 'windows 2016 Standard', expected 'windows 2019 Standard' (also accepted: "
        "windows 2019 *)"}},
      {"another, and nothing accepted",
       a_vm(w2022, null, "windows 2019 Standard"),
       {verdict::wrong, set, "windows 2022 Standard",
        "guest_os_families 'windows2019srvNext_64Guest'",
        "declared 'windows 2019 Standard', expected 'windows 2022 Standard'"}},
      {"a legacy license on a system that is not legacy",
       a_vm(w2019, null, "windows 2012 R2 Standard"),
       {verdict::wrong, set, expected, from,
        "declared 'windows 2012 R2 Standard', expected 'windows 2019 Standard' (also accepted: "
        "windows 2019 *)"}},
      {"the guest id in another case",
       a_vm("WINDOWS2019SRV_64GUEST", null, null),
       {verdict::missing, set, expected, from,
        "WINDOWS2019SRV_64GUEST (Windows Server 2019) expects 'windows 2019 Standard', none is "
        "declared"}},
  };
  check_table(table, usual_policy());
}

TEST_CASE("a map entry that expects none decides by what is declared") {
  const std::vector<verdict_row> table{
      {"none",
       a_vm(ubuntu, null, null),
       {verdict::compliant, nothing_due, "", "guest_os_families '*'",
        "ubuntu64Guest expects no license, none is declared"}},
      {"one",
       a_vm(ubuntu, null, "windows 2019 Standard"),
       {verdict::superfluous, removal, "", "guest_os_families '*'",
        "ubuntu64Guest expects no license, 'windows 2019 Standard' is declared"}},
      {"a legacy one where no legacy Windows runs",
       a_vm(ubuntu, null, "windows 2012 Standard"),
       {verdict::superfluous, removal, "", "guest_os_families '*'",
        "ubuntu64Guest expects no license, 'windows 2012 Standard' is declared"}},
      {"a legacy one on a legacy Windows",
       a_vm(w2012, null, "windows 2012 R2 Standard"),
       {verdict::review, nothing_due, "", "guest_os_families 'windows8Server64Guest'",
        "'windows 2012 R2 Standard' is declared on windows8Server64Guest (Windows Server 2012 or "
        "2012 R2) and could not be declared again"}},
      {"another one on a legacy Windows",
       a_vm(w2012, null, "windows 2016 Standard"),
       {verdict::superfluous, removal, "", "guest_os_families 'windows8Server64Guest'",
        "windows8Server64Guest (Windows Server 2012 or 2012 R2) expects no license, 'windows 2016 "
        "Standard' is declared"}},
      {"OVHcloud counts as Windows what is said to be none",
       a_vm(ubuntu, null, "unlicensed windows guestos"),
       {verdict::review, nothing_due, "", "guest_os_families '*'",
        "ubuntu64Guest expects no license, but OVHcloud counts it as Windows ('unlicensed windows "
        "guestos')"}},
      {"a Windows of which a person said that it needs none",
       a_vm(w2012, null, "unlicensed windows guestos"),
       {verdict::compliant, nothing_due, "", "guest_os_families 'windows8Server64Guest'",
        "windows8Server64Guest (Windows Server 2012 or 2012 R2) expects no license, none is "
        "declared"}},
  };
  check_table(table, usual_policy());
}

TEST_CASE("a rule comes before the map and speaks of the VM") {
  const policy p = only_rule(by_name({"sql-*"}), license("windows 2022 Standard SQL2022 Standard"));
  const vm sql = named(a_vm(w2022, null, null), "SQL-7");
  const std::vector<verdict_row> table{
      {"fits",
       sql,
       {verdict::missing, set, "windows 2022 Standard SQL2022 Standard", "rule 'the rule'",
        "'windows 2022 Standard SQL2022 Standard' is expected, none is declared"}},
      {"fits a VM of which nothing else is known",
       named(a_vm(null, null, null), "sql-8"),
       {verdict::missing, set, "windows 2022 Standard SQL2022 Standard", "rule 'the rule'",
        "'windows 2022 Standard SQL2022 Standard' is expected, none is declared"}},
      {"does not fit",
       a_vm(w2022, null, null),
       {verdict::missing, set, "windows 2022 Standard",
        "guest_os_families 'windows2019srvNext_64Guest'",
        "windows2019srvNext_64Guest (Windows Server 2022) expects 'windows 2022 Standard', none is "
        "declared"}},
  };
  check_table(table, p);
}

TEST_CASE("a rule that expects none is a person's word, also where OVHcloud counts Windows") {
  const policy p = only_rule({}, none());
  check_verdict(a_vm(ubuntu, null, "unlicensed windows guestos"), p,
                {verdict::compliant, nothing_due, "", "rule 'the rule'",
                 "no license is expected, none is declared"});
  check_verdict(a_vm(ubuntu, null, "windows 2019 Standard"), p,
                {verdict::superfluous, removal, "", "rule 'the rule'",
                 "no license is expected, 'windows 2019 Standard' is declared"});
}

TEST_CASE(
    "an accepted legacy license is fine, one that is not is for a person on a legacy system") {
  const policy p = only_rule({}, license("windows 2016 Standard", {"windows 2012 R2 *"}));
  check_verdict(a_vm(w2012, null, "windows 2012 R2 Datacenter"), p,
                {verdict::compliant, nothing_due, "windows 2016 Standard", "rule 'the rule'",
                 "'windows 2012 R2 Datacenter' is declared, which is accepted in place of 'windows "
                 "2016 Standard'"});
  check_verdict(a_vm(w2012, null, "windows 2012 Standard"), p,
                {verdict::review, nothing_due, "", "rule 'the rule'",
                 "'windows 2012 Standard' is declared on windows8Server64Guest (Windows Server "
                 "2012 or 2012 R2) and could not be declared again"});
}

TEST_CASE("what the policy leaves to a person is to be reviewed") {
  check_verdict(a_vm("windows11_64Guest", null, null), usual_policy(),
                {verdict::review, nothing_due, "", "guest_os_families 'win*'",
                 "the policy leaves windows11_64Guest (Windows 11) to a person; none is declared"});
  check_verdict(a_vm(ubuntu, null, "windows 2019 Standard"), only_rule({}, review()),
                {verdict::review, nothing_due, "", "rule 'the rule'",
                 "the policy leaves this VM to a person; 'windows 2019 Standard' is declared"});
}

TEST_CASE("the most specific entry of the map decides") {
  policy p;
  p.guest_os_families.push_back(entry("windows9Server64Guest", license("windows 2016 Standard")));
  p.guest_os_families.push_back(entry("windows*", review()));
  p.guest_os_families.push_back(entry("*", none()));
  CHECK(judge(a_vm(w2016, null, null), here, p, today).from == source{source::kind::entry, 0});
  CHECK(judge(a_vm(w2019, null, null), here, p, today).from == source{source::kind::entry, 1});
  CHECK(judge(a_vm(ubuntu, null, null), here, p, today).from == source{source::kind::entry, 2});
}

TEST_CASE("where nothing in the policy fits, Windows and licenses are for a person") {
  const std::vector<verdict_row> table{
      {"neither",
       a_vm(ubuntu, null, null),
       {verdict::compliant, nothing_due, "", "",
        "nothing in the policy matches; ubuntu64Guest is not Windows and none is declared"}},
      {"configured as Windows",
       a_vm("windows2031srv_64Guest", null, null),
       {verdict::review, nothing_due, "", "",
        "nothing in the policy matches, but windows2031srv_64Guest is Windows; none is declared"}},
      {"reported as Windows",
       a_vm(ubuntu, w2019, null),
       {verdict::review, nothing_due, "", "",
        "nothing in the policy matches, but windows2019srv_64Guest (Windows Server 2019) is "
        "Windows; none is declared"}},
      {"counted as Windows by OVHcloud",
       a_vm(ubuntu, null, "unlicensed windows guestos"),
       {verdict::review, nothing_due, "", "",
        "nothing in the policy matches, but OVHcloud counts it as Windows ('unlicensed windows "
        "guestos')"}},
      {"licensed",
       a_vm(ubuntu, null, "windows 2019 Standard"),
       {verdict::review, nothing_due, "", "",
        "nothing in the policy matches, but 'windows 2019 Standard' is declared"}},
      {"unknown guest OS",
       a_vm(null, null, null),
       {verdict::review, nothing_due, "", "",
        "guest OS unknown: none is configured, and VMware Tools report none"}},
  };
  check_table(table, policy());
}

TEST_CASE("the map is not asked about a guest OS that is not known") {
  const std::vector<verdict_row> table{
      {"null",
       a_vm(null, null, null),
       {verdict::review, nothing_due, "", "",
        "guest OS unknown: none is configured, and VMware Tools report none"}},
      {"empty",
       a_vm("", "", "windows 2019 Standard"),
       {verdict::review, nothing_due, "", "",
        "guest OS unknown: none is configured, and VMware Tools report none"}},
      {"only reported",
       a_vm(null, w2019, null),
       {verdict::review, nothing_due, "", "",
        "guest OS unknown: none is configured, but VMware Tools report windows2019srv_64Guest "
        "(Windows Server 2019)"}},
  };
  check_table(table, usual_policy());
}

TEST_CASE(
    "the reported guest OS counts where the policy says so, the configured one where none is") {
  policy p = usual_policy();
  p.guest_os_family_from = guest_source::reported;
  const std::vector<verdict_row> table{
      {"only reported",
       a_vm(null, w2019, null),
       {verdict::missing, set, "windows 2019 Standard",
        "guest_os_families 'windows2019srv_64Guest'",
        "windows2019srv_64Guest (Windows Server 2019) expects 'windows 2019 Standard', none is "
        "declared"}},
      {"only configured",
       a_vm(w2019, null, null),
       {verdict::missing, set, "windows 2019 Standard",
        "guest_os_families 'windows2019srv_64Guest'",
        "windows2019srv_64Guest (Windows Server 2019) expects 'windows 2019 Standard', none is "
        "declared"}},
      {"neither",
       a_vm("", null, null),
       {verdict::review, nothing_due, "", "",
        "guest OS unknown: none is configured, and VMware Tools report none"}},
  };
  check_table(table, p);
}

TEST_CASE("control characters of the API do not reach a reason") {
  for (const vm& v : {a_vm("bad\x1b[31m\nguest", null, "windows 2019 Standard"),
                      a_vm(ubuntu, "bad\x1b[31m\nguest", "windows 2019 Standard"),
                      a_vm(ubuntu, null, "odd\tlicense")}) {
    const decision d = judge(v, here, usual_policy(), today);
    CHECK(d.verdict == verdict::review);
    CHECK(d.action == nothing_due);
    CHECK(printable(reason(d, v, usual_policy())) == reason(d, v, usual_policy()));
  }
  CHECK(source_name({source::kind::rule, 0}, [] {
          policy p;
          p.rules.push_back(a_rule("a\nb", {}, none()));
          return p;
        }()) == "rule 'a\\x0ab'");
}

TEST_CASE("a license that this version does not know is left to a person, unless it is accepted") {
  const std::string why = "'windows 2031 Standard' is declared, a license that this version does "
                          "not know";
  const std::vector<verdict_row> table{
      {"where another is expected",
       a_vm(w2022, null, "windows 2031 Standard"),
       {verdict::review, nothing_due, "", "guest_os_families 'windows2019srvNext_64Guest'", why}},
      {"where none is expected",
       a_vm(ubuntu, null, "windows 2031 Standard"),
       {verdict::review, nothing_due, "", "guest_os_families '*'", why}},
  };
  policy p;
  p.guest_os_families = {entry(std::string(w2022), license("windows 2022 Standard")),
                         entry("*", none())};
  check_table(table, p);
  p.guest_os_families[0].expect.accept = globs({"windows 20?? Standard"});
  CHECK(judge(a_vm(w2022, null, "windows 2031 Standard"), here, p, today).verdict ==
        verdict::compliant);
}

TEST_CASE("a license that vmLicensed leaves out is enough to confirm, not to act on") {
  vm v = a_vm(ubuntu, null, "windows 2019 Standard");
  v.listed = false;
  check_verdict(v, usual_policy(),
                {verdict::review, nothing_due, "", "guest_os_families '*'",
                 "the VM's details show 'windows 2019 Standard', but the list of licensed VMs does "
                 "not contain it"});
  v.guest_os_family = w2019;
  CHECK(judge(v, here, usual_policy(), today).verdict == verdict::compliant);
}
