// What was seen and cannot be built on: damaged texts, and a VM that is named twice.
#include "licensing/explain.hpp"
#include "support.hpp"

#include <functional>

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;

namespace {

constexpr std::string_view damaged = "windows 2019\xEF\xBF\xBD";

struct spoiled_vm {
  const char* what;
  vm seen;
};

// Each would be compliant, or make a correction due, if the text were taken as it is.
std::vector<spoiled_vm> spoiled() {
  const vm right = a_vm(w2019, w2019, "windows 2019 Standard");
  const auto changed = [&](const std::function<void(vm&)>& by) {
    vm v = right;
    by(v);
    return v;
  };
  return {
      {"the configured guest OS", changed([](vm& v) { v.guest_os_family = damaged; })},
      {"the guest OS reported by VMware Tools",
       changed([](vm& v) { v.reported_guest_os_family = damaged; })},
      {"its license", changed([](vm& v) { v.license = damaged; })},
      {"the license in the list of licensed VMs",
       changed([](vm& v) { v.listed_license = damaged; })},
      {"its license",
       changed([](vm& v) { v.license = std::string_view("windows 2019 Standard\0", 22); })},
      {"the configured guest OS",
       changed([](vm& v) { v.guest_os_family = "windows2019srv_64Guest\n"; })},
      {"the configured guest OS, its license", changed([](vm& v) {
         v.guest_os_family = damaged;
         v.license = damaged;
       })},
  };
}

} // namespace

TEST_CASE("what is readable is what is neither damaged nor holds control characters") {
  for (const std::string_view text : {null, std::string_view(""), std::string_view("windows 2019"),
                                      std::string_view("caf\xC3\xA9 \xE2\x82\xAC…")})
    CHECK((readable(text) && intact(text)));
  for (const std::string_view text :
       {damaged, std::string_view("\xEF\xBF\xBD"), std::string_view("a\0", 2),
        std::string_view("\n"), std::string_view("a\x1B[2J"), std::string_view("\x7F")})
    CHECK_FALSE(readable(text));
}

TEST_CASE("a VM whose guest OS or license cannot be read is for a person, whatever the policy") {
  expectation bypassed = bypassing(in_mode(license("windows 2022 Standard"), mode::enforce));
  expectation kept = keep("a reason", std::nullopt);
  for (const policy& p : {usual_policy(), only_rule({}, bypassed), only_rule({}, none()),
                          only_rule({}, kept), policy{}})
    for (const spoiled_vm& s : spoiled()) {
      INFO(s.what);
      check_verdict(s.seen, p,
                    {verdict::review, action::none, "", "",
                     fmt::format("OVHcloud's answer is damaged or too long in {}", s.what)});
      CHECK(explain(s.seen, here, p, today).empty());
    }
}

TEST_CASE("a VM that OVHcloud manages stays so, however damaged the rest") {
  vm v = a_vm(damaged, damaged, "OVHcloud managed");
  CHECK(judge(v, here, usual_policy(), today).verdict == verdict::managed);
}

TEST_CASE("a name that cannot be read matters only where rules go by names") {
  vm v = a_vm(w2019, null, "windows 2016 Standard");
  v.name = "sql\xEF\xBF\xBD…";
  const decision due = judge(v, here, usual_policy(), today);
  CHECK(due.verdict == verdict::wrong);
  CHECK(due.action == action::set_license);
  vm odd = v;
  odd.name = "web\t1"; // odd, and all there
  CHECK(judge(odd, here, only_rule(by_name({"sql-*"}), none()), today).verdict == verdict::wrong);

  const auto said = [&](const matcher& m) {
    const policy p = only_rule(m, none());
    const decision d = judge(v, here, p, today);
    return fmt::format("{}: {}", name(d.verdict), reason(d, v, p));
  };
  CHECK(said(by_name({"web-*"})) ==
        "review: OVHcloud's answer is damaged or too long in the name (used by rules)");
  matcher by_cluster;
  by_cluster.cluster = globs({"Cluster1"});
  CHECK(said(by_cluster).starts_with("wrong: "));
  v.cluster = v.folder = damaged;
  matcher both;
  both.cluster = both.folder = globs({"Cluster1"});
  CHECK(said(both) == "review: OVHcloud's answer is damaged or too long in the cluster (used by "
                      "rules), the folder (used by rules)");
}

TEST_CASE("a VM that is named twice with different contents is for a person") {
  const auto row = [](bool listed, bool seen) {
    vm v = a_vm(w2019, w2019, "windows 2016 Standard");
    v.listed_differently = listed;
    v.seen_differently = seen;
    return v;
  };
  const std::string begin = "OVHcloud lists this VM twice with different data, in ";
  const policy p = usual_policy();
  CHECK(judge(row(false, false), here, p, today).action == action::set_license);
  check_verdict(row(true, false), p,
                {verdict::review, action::none, "", "", begin + "the list of licensed VMs"});
  check_verdict(row(false, true), p,
                {verdict::review, action::none, "", "", begin + "the list of VMs"});
  check_verdict(row(true, true), p,
                {verdict::review, action::none, "", "", begin + "both of its lists"});
  CHECK(explain(row(true, true), here, p, today).empty());
}
