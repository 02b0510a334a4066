// What was tried on the way to a verdict, in order and in words.
#include "licensing/explain.hpp"
#include "support.hpp"

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;

namespace {

// One line a tried_source: "+" decides, "-" does not.
std::vector<std::string> lines(const vm& seen, const policy& p) {
  std::vector<std::string> all;
  for (const tried_source& t : explain(seen, here, p, today))
    all.push_back(fmt::format("{} {}: {}", t.fits ? "+" : "-", source_name(t.what, p), t.why));
  return all;
}
using texts = std::vector<std::string>;

policy one_rule(matcher m) {
  policy p;
  p.rules.push_back(a_rule("r", std::move(m), none()));
  return p;
}

vm web() {
  vm v = named(a_vm(w2019, null, null), "web-1", 1074);
  v.cluster = "Cluster1";
  v.folder = "prod";
  return v;
}

} // namespace

TEST_CASE("everything tried is told in order, up to what decides") {
  policy p = usual_policy();
  p.rules.push_back(a_rule("sql servers", by_name({"sql-*", "db-?"}), review()));
  CHECK(lines(web(), p) ==
        texts{"- rule 'sql servers': name 'web-1' is not one of sql-*, db-?",
              "- guest_os_families 'windows2019srvNext_64Guest': guest_os_family "
              "'windows2019srv_64Guest' is not windows2019srvNext_64Guest",
              "+ guest_os_families 'windows2019srv_64Guest': guest_os_family "
              "'windows2019srv_64Guest' is windows2019srv_64Guest"});
}

TEST_CASE("the first criterion that a VM does not meet is named, each in its own way") {
  struct {
    void (*demand)(matcher&);
    const char* why;
  } const table[] = {
      {[](matcher& m) { m.name = globs({"sql-*"}); }, "name 'web-1' is not one of sql-*"},
      {[](matcher& m) { m.guest_os_family = globs({"ubuntu*", "debian*"}); },
       "guest_os_family 'windows2019srv_64Guest' is not one of ubuntu*, debian*"},
      {[](matcher& m) { m.service = globs({"pcc-other"}); },
       "service 'pcc-192-0-2-1' is not one of pcc-other"},
      {[](matcher& m) { m.datacenter = {1, 2}; }, "datacenter 12 is not one of 1, 2"},
      {[](matcher& m) { m.cluster = globs({"Cluster2"}); },
       "cluster 'Cluster1' is not one of Cluster2"},
      {[](matcher& m) { m.folder = globs({"test"}); }, "folder 'prod' is not one of test"},
      {[](matcher& m) { m.power_state = {power_state::powered_off, power_state::suspended}; },
       "power_state poweredOn is not one of poweredOff, suspended"},
      {[](matcher& m) { m.vm_id = {1075}; }, "vm_id 1074 is not one of 1075"},
  };
  for (const auto& row : table) {
    CAPTURE(row.why);
    matcher m;
    row.demand(m);
    CHECK(lines(web(), one_rule(m)) == texts{std::string("- rule 'r': ") + row.why});
    m.name = globs({"nothing"});
    CHECK(lines(web(), one_rule(m)) == texts{"- rule 'r': name 'web-1' is not one of nothing"});
  }
}

TEST_CASE("a rule that fits says by what") {
  matcher m;
  m.name = globs({"sql-*", "WEB-?"});
  m.guest_os_family = globs({"windows*"});
  m.service = globs({"pcc-*"});
  m.datacenter = {11, 12};
  m.cluster = globs({"cluster1"});
  m.folder = globs({"*"});
  m.power_state = {power_state::powered_on};
  m.vm_id = {1074};
  CHECK(
      lines(web(), one_rule(m)) ==
      texts{"+ rule 'r': name 'web-1' is one of sql-*, WEB-?, guest_os_family "
            "'windows2019srv_64Guest' is one of windows*, service 'pcc-192-0-2-1' is one of pcc-*, "
            "datacenter 12 is one of 11, 12, cluster 'Cluster1' is one of cluster1, folder 'prod' "
            "is one of *, power_state poweredOn is one of poweredOn, vm_id 1074 is one of 1074"});
  CHECK(lines(web(), one_rule({})) == texts{"+ rule 'r': it matches every VM"});
}

TEST_CASE("null counts as the empty text: only what fits nothing at all fits it") {
  matcher m;
  m.cluster = globs({"?*"});
  vm v = web();
  v.cluster = null;
  CHECK(lines(v, one_rule(m)) == texts{"- rule 'r': cluster null is not one of ?*"});
  m.cluster = globs({"*"});
  CHECK(lines(v, one_rule(m)) == texts{"+ rule 'r': cluster null is one of *"});
}

TEST_CASE("an ended keep is told among what did not decide") {
  policy p;
  p.rules.push_back(a_rule("r", by_name({"*"}), keep("x", today - std::chrono::days(1))));
  p.guest_os_families.push_back(entry("windows*", keep("x", today - std::chrono::days(2))));
  p.guest_os_families.push_back(entry("*", none()));
  CHECK(lines(web(), p) ==
        texts{"- rule 'r': name 'web-1' is one of *, but the exemption ended on 2027-01-14",
              "- guest_os_families 'windows*': guest_os_family 'windows2019srv_64Guest' is "
              "windows*, but the exemption ended on 2027-01-13",
              "+ guest_os_families '*': guest_os_family 'windows2019srv_64Guest' is *"});
}

TEST_CASE("the map is not asked where the guest OS is unknown, and the explanation says so") {
  policy p = usual_policy();
  p.rules.push_back(a_rule("r", by_name({"sql-*"}), none()));
  CHECK(lines(named(a_vm(null, w2019, null), "web-1"), p) ==
        texts{"- rule 'r': name 'web-1' is not one of sql-*",
              "- : guest_os_families is not consulted: the guest OS is unknown"});
}

TEST_CASE("in a mismatch the last line says what the other guest OS leads to") {
  policy p;
  p.guest_os_families.push_back(entry("windows*", license("windows 2019 Standard")));
  p.guest_os_families.push_back(entry("*", none()));
  CHECK(lines(a_vm(ubuntu, w2019, null), p) ==
        texts{"- guest_os_families 'windows*': guest_os_family 'ubuntu64Guest' is not windows*",
              "+ guest_os_families '*': guest_os_family 'ubuntu64Guest' is *",
              "+ guest_os_families 'windows*': with the other guest OS, windows2019srv_64Guest "
              "(Windows Server 2019): 'windows 2019 Standard' is expected, none is declared"});
}

TEST_CASE("nothing is tried on a managed VM, nor where the declaration is contradictory") {
  CHECK(lines(a_vm(w2019, null, "OVHcloud managed"), usual_policy()).empty());
  CHECK(lines(with(web(), {"windows 2019 Standard", null, true}), usual_policy()).empty());
}

TEST_CASE("control characters of the API do not reach an explanation") {
  CHECK(lines(named(web(), "a\x1b\n"), one_rule(by_name({"b"}))) ==
        texts{"- rule 'r': name 'a\\x1b\\x0a' is not one of b"});
}
