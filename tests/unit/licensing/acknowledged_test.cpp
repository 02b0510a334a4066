// Reviews that a person has acknowledged, and licenses that a policy admits.
#include "support.hpp"

using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;

namespace {

// A rule for every VM: review, for a reason, until the day before yesterday, today, or never.
policy acknowledging(std::optional<ovhl::day> until) {
  policy p;
  rule r;
  r.name = "asked the vendor";
  r.match.name = {ovhl::glob("*")};
  r.expect.what = wanted::review;
  r.expect.reason = "ticket 12";
  r.expect.until = until;
  p.rules = {r};
  return p;
}

decision verdict_on(const vm& v, const policy& p) { return judge(v, here, p, today); }

} // namespace

TEST_CASE("An acknowledged review stays a review, and says until when and why") {
  const vm v = a_vm(w2019, null, null);
  const policy p = acknowledging(today);
  const decision d = verdict_on(v, p);
  CHECK(d.verdict == verdict::review);
  CHECK(acknowledged(d, p));
  CHECK(reason(d, v, p) == "the policy leaves this VM to a person; none is declared; acknowledged "
                           "until 2027-01-15: ticket 12");
  const policy forever = acknowledging(std::nullopt);
  CHECK(acknowledged(verdict_on(v, forever), forever));
}

TEST_CASE("After its last day an acknowledgement counts no more, and the reason says so") {
  const vm v = a_vm(w2019, null, null);
  const policy p = acknowledging(today - std::chrono::days(1));
  const decision d = verdict_on(v, p);
  CHECK(d.verdict == verdict::review);
  CHECK_FALSE(acknowledged(d, p));
  CHECK(reason(d, v, p) == "the policy leaves this VM to a person; none is declared; "
                           "acknowledgement 'asked the vendor' ended on 2027-01-14");
}

TEST_CASE("A review without a reason is not acknowledged") {
  const vm v = a_vm(w2019, null, null);
  policy p = acknowledging(std::nullopt);
  p.rules[0].expect.reason.clear();
  CHECK_FALSE(acknowledged(verdict_on(v, p), p));
}

TEST_CASE("A license that nobody can read is acknowledged by the rule for its VM") {
  const vm v = a_vm(w2019, null, "unknown or unsupported license");
  const policy p = acknowledging(today);
  CHECK(verdict_on(v, p).why == cause::license_unreadable);
  CHECK(acknowledged(verdict_on(v, p), p));
}

TEST_CASE("Where OVHcloud contradicts itself nothing is acknowledged") {
  vm v = a_vm(w2019, null, "windows 2019 Standard");
  v.listed = true;
  v.listed_license = "windows 2022 Standard";
  const policy p = acknowledging(today);
  CHECK(verdict_on(v, p).verdict == verdict::review);
  CHECK_FALSE(acknowledged(verdict_on(v, p), p));
}

TEST_CASE("A license that the policy admits can be replaced, one unheard of cannot") {
  const vm v = a_vm(w2019, null, "windows 2028 Standard");
  policy p;
  map_entry e{ovhl::glob("windows2019srv_64Guest"), {}};
  e.expect.what = wanted::license;
  e.expect.license = "windows 2019 Standard";
  p.guest_os_families = {e};
  CHECK(verdict_on(v, p).why == cause::license_unheard_of);
  p.licenses = {"windows 2028 Standard"};
  CHECK(verdict_on(v, p).verdict == verdict::wrong);
}
