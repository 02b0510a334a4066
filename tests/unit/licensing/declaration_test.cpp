// What the two places that tell of a license say together.
#include "support.hpp"

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;

namespace {

constexpr auto nothing_due = action::none;

} // namespace

TEST_CASE("what OVHcloud manages is managed, whatever else is said") {
  constexpr std::string_view why = "OVHcloud manages this VM; its license is never changed";
  const vm v = a_vm(w2019, ubuntu, "OVHcloud managed");
  const policy p = only_rule({}, keep("ours", std::nullopt));
  check_verdict(v, p, {verdict::managed, nothing_due, "", "", why});
  check_verdict(with(v, {"OVHcloud managed", null, true}), p,
                {verdict::managed, nothing_due, "", "", why});
  check_verdict(with(v, {"windows 2019 Standard", "OVHcloud managed", true}), p,
                {verdict::managed, nothing_due, "", "", why});
  CHECK(declared(with(v, {"windows 2019 Standard", "OVHcloud managed", true})) ==
        "OVHcloud managed");
}

TEST_CASE("where details and list declare different things a person must look") {
  const policy p = usual_policy();
  const vm v = a_vm(w2019, null, null);
  struct {
    licenses said;
    std::string_view reason;
  } const table[] = {
      {{"windows 2019 Standard", "windows 2016 Standard", true},
       "the VM's details show 'windows 2019 Standard', the list of licensed VMs shows 'windows "
       "2016 Standard'"},
      {{null, "windows 2019 Standard", true},
       "the VM's details show no license, the list of licensed VMs shows 'windows 2019 Standard'"},
      {{"windows 2019 Standard", null, true},
       "the VM's details show 'windows 2019 Standard', the list of licensed VMs shows no license"},
      {{"windows 2019 Standard", "unlicensed windows guestos", true},
       "the VM's details show 'windows 2019 Standard', the list of licensed VMs shows 'unlicensed "
       "windows guestos'"},
      {{"unknown or unsupported license", null, true},
       "the VM's details show 'unknown or unsupported license', the list of licensed VMs shows no "
       "license"},
  };
  for (const auto& row : table) {
    CAPTURE(row.reason);
    check_verdict(with(v, row.said), p, {verdict::review, nothing_due, "", "", row.reason});
  }
  CHECK(declared(with(v, {null, "windows 2019 Standard", true})) == "windows 2019 Standard");
}

TEST_CASE(
    "details and list agree where they declare the same, and the list only counts if listed") {
  const vm v = a_vm(w2019, null, null);
  struct {
    licenses said;
    std::string_view declared;
    ovhl::licensing::verdict verdict;
  } const table[] = {
      {{null, "unlicensed windows guestos", true}, null, verdict::missing},
      {{"unlicensed windows guestos", null, true}, null, verdict::missing},
      {{null, null, true}, null, verdict::missing},
      {{"", null, true}, null, verdict::missing},
      {{null, "", true}, null, verdict::missing},
      {{"windows 2019 Standard", null, false}, "windows 2019 Standard", verdict::compliant},
      {{null, "windows 2019 Standard", false}, null, verdict::missing},
  };
  for (const auto& row : table) {
    CAPTURE(row.said.details);
    CAPTURE(row.said.list);
    const vm seen = with(v, row.said);
    CHECK(declared(seen) == row.declared);
    CHECK(known(declared(seen)) == known(row.declared));
    CHECK(judge(seen, here, usual_policy(), today).verdict == row.verdict);
  }
}

TEST_CASE("either place may say that OVHcloud counts a VM as Windows") {
  const vm v = with(a_vm(ubuntu, null, null), {null, "unlicensed windows guestos", true});
  CHECK(judge(v, here, usual_policy(), today).verdict == verdict::review);
  CHECK(judge(with(v, {null, "unlicensed windows guestos", false}), here, usual_policy(), today)
            .verdict == verdict::compliant);
}

TEST_CASE("an unknown license is for a person, whatever is accepted, unless it is kept") {
  const vm v = a_vm(w2019, null, "unknown or unsupported license");
  constexpr std::string_view why =
      "'unknown or unsupported license' is declared: someone must find out which license it is";
  check_verdict(
      v, usual_policy(),
      {verdict::review, nothing_due, "", "guest_os_families 'windows2019srv_64Guest'", why});
  check_verdict(v, only_rule({}, license("windows 2019 Standard", {"*"})),
                {verdict::review, nothing_due, "", "rule 'the rule'", why});
  check_verdict(v, only_rule({}, none()),
                {verdict::review, nothing_due, "", "rule 'the rule'", why});
  check_verdict(v, policy(), {verdict::review, nothing_due, "", "", why});
  check_verdict(v, only_rule({}, keep("ours", std::nullopt)),
                {verdict::exempt, nothing_due, "", "rule 'the rule'", "kept indefinitely: ours"});
}
