#include "generator.hpp"
#include "licensing/correction.hpp"

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;

namespace {

std::vector<correction> corrections_due(const inventory& seen, const policy& p,
                                        const memory& before = {}) {
  const decisions decided = decide(seen, p, before, instant{today});
  return corrections_of(due(seen, decided, p), seen, decided, p);
}

} // namespace

TEST_CASE("each decision with an action becomes an order, with what it found and what it wants") {
  policy p = usual_policy();
  p.mode = mode::enforce;
  p.guest_os_families[1].expect = bypassing(p.guest_os_families[1].expect);
  inventory seen;
  datacenter& dc = seen.datacenters.emplace_back();
  dc.where = here;
  dc.complete = true;
  dc.vms = {named(a_vm(ubuntu, null, null), "fine", 1),
            named(a_vm(w2019, null, "unlicensed windows guestos"), "missing", 2),
            named(a_vm(w2022, null, "windows 2016 Standard"), "wrong", 3),
            named(a_vm(ubuntu, null, "windows 2019 Standard"), "superfluous", 4)};

  const auto corrections = corrections_due(seen, p);
  REQUIRE(corrections.size() == 3);
  CHECK(corrections[0].which == vm_key{here, 2});
  CHECK(corrections[0].action == action::set_license);
  CHECK(corrections[0].from == std::nullopt);
  CHECK(corrections[0].to == "windows 2019 Standard");
  CHECK(corrections[0].bypass);
  CHECK(corrections[0].mode == mode::enforce);
  CHECK(corrections[0].verdict == verdict::missing);
  CHECK(corrections[0].from_complete_list);
  CHECK(corrections[1].which == vm_key{here, 3});
  CHECK(corrections[1].from == "windows 2016 Standard");
  CHECK(corrections[1].to == "windows 2022 Standard");
  CHECK_FALSE(corrections[1].bypass);
  CHECK(corrections[2].which == vm_key{here, 4});
  CHECK(corrections[2].action == action::remove_license);
  CHECK(corrections[2].from == "windows 2019 Standard");
  CHECK(corrections[2].to == std::nullopt);

  dc.complete = false;
  CHECK(corrections_due(seen, p).empty());
  dc.carried = true;
  const auto carried = corrections_due(seen, p);
  REQUIRE(carried.size() == 3);
  for (const correction& order : carried)
    CHECK_FALSE(order.from_complete_list);
}

TEST_CASE("an order holds the VM as it was seen, why it is due, since when, and what made it so") {
  policy p = usual_policy();
  p.mode = mode::declare;
  inventory seen;
  datacenter& dc = seen.datacenters.emplace_back();
  dc.where = here;
  dc.complete = true;
  dc.vms = {named(a_vm(w2019, w2019, null), "web-1", 2),
            named(a_vm(w2022, null, "windows 2016 Standard"), "web-2", 3)};
  memory before;
  before.settled = {here};
  before.vms[here] = {
      {3, {verdict::wrong, occasion::drift, 0, instant{today} - std::chrono::hours(1)}}};

  const auto corrections = corrections_due(seen, p, before);
  REQUIRE(corrections.size() == 2);
  CHECK(corrections[0].allowed);
  CHECK(corrections[0].occasion == occasion::new_vm);
  CHECK(corrections[0].since == instant{today});
  CHECK(corrections[0].name == "web-1");
  CHECK(corrections[0].guest_os_family == w2019);
  CHECK(corrections[0].reported_guest_os_family == w2019);
  CHECK_FALSE(corrections[0].listed);
  CHECK(corrections[0].listed_license == std::nullopt);
  CHECK(corrections[0].rule == "guest_os_families 'windows2019srv_64Guest'");
  CHECK(corrections[0].reason ==
        "windows2019srv_64Guest (Windows Server 2019) expects 'windows 2019 "
        "Standard', none is declared");
  CHECK_FALSE(corrections[1].allowed);
  CHECK(corrections[1].occasion == occasion::drift);
  CHECK(corrections[1].since == instant{today} - std::chrono::hours(1));
  CHECK(corrections[1].reported_guest_os_family == std::nullopt);
  CHECK(corrections[1].listed);
  CHECK(corrections[1].listed_license == "windows 2016 Standard");
}

TEST_CASE(
    "what guards consider is the same, whether from a decision or from the correction made of it") {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    generator g(seed);
    const policy p = g.a_policy();
    const inventory seen = g.a_fleet();
    const decisions decided = decide(seen, p, {}, instant{today});
    for (const due_correction& one : due(seen, decided, p)) {
      const auto considered = due_correction::of(correction_of(one, seen, decided, p));
      CHECK(considered.which == one.which);
      CHECK(considered.since == one.since);
      CHECK(considered.what == one.what);
      CHECK(considered.action == one.action);
      CHECK(considered.mode == one.mode);
      CHECK(considered.allowed == one.allowed);
      CHECK(considered.from_complete_list == one.from_complete_list);
    }
  }
}

namespace {

// The order that is due for a VM, under a policy that lets it be made.
correction order_for(const vm& seen, const policy& p) {
  inventory fleet;
  datacenter& dc = fleet.datacenters.emplace_back();
  dc.where = here;
  dc.complete = true;
  dc.vms = {seen};
  const auto corrections = corrections_due(fleet, p);
  REQUIRE(corrections.size() == 1);
  return corrections[0];
}

vm unlisted(vm v) {
  v.listed = false;
  v.listed_license = null;
  return v;
}
vm listed_as(vm v, std::string_view license) {
  v.listed = true;
  v.listed_license = license;
  return v;
}

policy enforcing() {
  policy p = usual_policy();
  p.mode = mode::enforce;
  return p;
}

} // namespace

TEST_CASE("an order stands for a VM that is as it was") {
  const policy p = enforcing();
  for (const vm& seen : {a_vm(w2019, null, null), a_vm(w2019, w2019, "unlicensed windows guestos"),
                         a_vm(w2022, "windowsGuest", "windows 2016 Standard"),
                         a_vm(ubuntu, ubuntu, "windows 2019 Standard")}) {
    CAPTURE(seen.guest_os_family);
    CHECK(outdated(order_for(seen, p), seen, p, today) == std::nullopt);
  }
  // Null and "unlicensed windows guestos" declare the same: nothing.
  const auto order = order_for(a_vm(w2019, null, null), p);
  CHECK(outdated(order, a_vm(w2019, null, "unlicensed windows guestos"), p, today) == std::nullopt);
}

TEST_CASE("what changed since the order is named, with what it was") {
  const policy p = enforcing();
  const vm bare = a_vm(w2019, null, null);
  const vm wrong = a_vm(w2022, w2022, "windows 2016 Standard");
  const struct {
    const char* fact;
    vm ordered, fresh;
    std::string_view said;
  } table[] = {
      {"somebody declared it", bare, a_vm(w2019, null, "windows 2022 Standard"),
       "its license is now 'windows 2022 Standard' (it was none)"},
      {"somebody removed it", wrong, a_vm(w2022, null, null),
       "its license is now none (it was 'windows 2016 Standard')"},
      {"OVHcloud manages it now", wrong, a_vm(w2022, null, "OVHcloud managed"),
       "its license is now 'OVHcloud managed' (it was 'windows 2016 Standard')"},
      {"another system", bare, a_vm(w2022, null, null),
       "its guest OS is now windows2019srvNext_64Guest (Windows Server 2022) (it was "
       "windows2019srv_64Guest (Windows Server 2019))"},
      {"the system is not known any more", bare, a_vm(null, null, null),
       "its guest OS is now none (it was windows2019srv_64Guest (Windows Server 2019))"},
      {"VMware Tools report another system", a_vm(w2019, w2019, null), a_vm(w2019, ubuntu, null),
       "its reported guest OS is now ubuntu64Guest (it was windows2019srv_64Guest (Windows Server "
       "2019))"},
      {"VMware Tools report a system", bare, a_vm(w2019, ubuntu, null),
       "its reported guest OS is now ubuntu64Guest (it was none)"},
      {"only vmLicensed has it", bare, listed_as(bare, "windows 2016 Standard"),
       "its license is now 'windows 2016 Standard' (it was none)"},
      {"vmLicensed has something else", wrong, listed_as(wrong, "windows 2019 Standard"),
       "nothing needs correcting any more: the VM's details show 'windows 2016 Standard', the list "
       "of licensed VMs shows 'windows 2019 Standard'"},
      {"vmLicensed leaves out what carries a license", wrong, unlisted(wrong),
       "nothing needs correcting any more: the VM's details show 'windows 2016 Standard', but the "
       "list of licensed VMs does not contain it"},
  };
  for (const auto& row : table) {
    INFO(row.fact);
    CHECK(outdated(order_for(row.ordered, p), row.fresh, p, today) == row.said);
  }
}

TEST_CASE("an order falls where the policy now wants something else of the VM") {
  const vm seen = a_vm(w2019, null, null);
  const policy p = enforcing();
  const correction order = order_for(seen, p);

  SUBCASE("it was renamed, and a rule exempts that name") {
    policy exempting = p;
    exempting.rules.push_back(a_rule("byol", by_name({"byol-*"}), keep("ours", std::nullopt)));
    CHECK(outdated(order_for(seen, exempting), named(seen, "byol-1"), exempting, today) ==
          "nothing needs correcting any more: kept indefinitely: ours");
  }
  SUBCASE("another license is expected") {
    policy other = p;
    other.guest_os_families[1].expect.license = "windows 2022 Standard";
    CHECK(outdated(order, seen, other, today) ==
          "the expected license is now 'windows 2022 Standard' (it was 'windows 2019 Standard')");
  }
  SUBCASE("the check is to be bypassed, or not any more") {
    policy bypass = p;
    bypass.bypass_guest_os_family_check = true;
    CHECK(outdated(order, seen, bypass, today) == "the guest OS check is now bypassed");
    CHECK(outdated(order_for(seen, bypass), seen, p, today) ==
          "the guest OS check is no longer bypassed");
  }
  SUBCASE("the mode forbids what it allowed") {
    policy report = p;
    report.mode = mode::report;
    CHECK(outdated(order, seen, report, today) ==
          "mode 'report' now forbids it (it was 'enforce')");
    CHECK(outdated(order_for(seen, report), seen, report, today) == std::nullopt);
  }
  SUBCASE("an exemption ended") {
    policy ending = p;
    ending.rules.push_back(
        a_rule("none", by_name({"web-*"}), keep("for now", today + std::chrono::days(1))));
    const vm other = named(seen, "db-1");
    CHECK(outdated(order_for(other, ending), seen, ending, today) ==
          "nothing needs correcting any more: kept until 2027-01-16: for now");
    CHECK(outdated(order_for(other, ending), seen, ending, today + std::chrono::days(2)) ==
          std::nullopt);
  }
}
