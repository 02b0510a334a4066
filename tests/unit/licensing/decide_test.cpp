// The whole fleet over several polls: what is remembered, and what is told as changed.
#include "support.hpp"

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;

namespace {

constexpr instant at(int minute) { return instant{today + std::chrono::minutes(minute)}; }

vm missing(std::int64_t id) { return named(a_vm(w2019, null, null), "m", id); }
vm fine(std::int64_t id) { return named(a_vm(ubuntu, null, null), "f", id); }

datacenter dc_of(std::vector<vm> vms, bool complete = true, place where = here) {
  datacenter dc;
  dc.where = std::move(where);
  dc.complete = complete;
  dc.vms = std::move(vms);
  return dc;
}

template <class... Datacenters>
inventory fleet(Datacenters... all) {
  inventory seen;
  (seen.datacenters.push_back(std::move(all)), ...);
  return seen;
}

// Polls of the usual policy, one after the other.
struct watcher {
  decisions poll(const inventory& seen, int minute) {
    decisions d = decide(seen, policy_, memory_, at(minute));
    memory_ = d.next;
    return d;
  }
  policy policy_ = usual_policy();
  memory memory_;
};

const place elsewhere{"main", "pcc-192-0-2-1", 13};

change changed(std::int64_t id, std::string name, std::optional<verdict> before,
               std::optional<verdict> after, std::string reason) {
  return {{here, id}, std::move(name), before, after, std::move(reason)};
}

constexpr auto missing_reason =
    "windows2019srv_64Guest (Windows Server 2019) expects 'windows 2019 Standard', none is "
    "declared";
constexpr auto fine_reason = "ubuntu64Guest expects no license, none is declared";
constexpr auto gone_reason = "the VM no longer exists";
using changes = std::vector<change>;

} // namespace

TEST_CASE("there is one decision for each VM, in the inventory's order") {
  watcher d;
  const decisions made = d.poll(fleet(dc_of({missing(7), fine(3)}), dc_of({}, true, elsewhere)), 0);
  REQUIRE(made.datacenters.size() == 2);
  REQUIRE(made.datacenters[0].vms.size() == 2);
  CHECK(made.datacenters[0].vms[0].vm == 0);
  CHECK(made.datacenters[0].vms[0].verdict == verdict::missing);
  CHECK(made.datacenters[0].vms[1].vm == 1);
  CHECK(made.datacenters[0].vms[1].verdict == verdict::compliant);
  CHECK(made.datacenters[1].vms.empty());
}

TEST_CASE("where every verdict turns at once, there is room for no more changes than that") {
  std::vector<vm> before, after;
  for (std::int64_t id = 1; id <= 1000; ++id) {
    before.push_back(fine(id));
    after.push_back(missing(id));
  }
  watcher d;
  d.poll(fleet(dc_of(std::move(before))), 0);
  const changes turned = d.poll(fleet(dc_of(std::move(after))), 5).changes;
  CHECK(turned.size() == 1000);
  CHECK(turned.capacity() == 1000);
}

TEST_CASE("the first sight of a datacenter is no change") {
  watcher d;
  CHECK(d.poll(fleet(dc_of({missing(1), fine(2)})), 0).changes == changes{});
  CHECK(d.poll(fleet(dc_of({missing(1), fine(2)}), dc_of({fine(1)}, true, elsewhere)), 5).changes ==
        changes{});
}

TEST_CASE("changed verdicts, new VMs and gone ones are told, by VM id") {
  watcher d;
  d.poll(fleet(dc_of({missing(1), missing(2), fine(3), fine(4)})), 0);
  const decisions made = d.poll(fleet(dc_of({fine(9), missing(4), missing(2), fine(1)})), 5);
  CHECK(made.changes ==
        changes{changed(1, "f", verdict::missing, verdict::compliant, fine_reason),
                changed(3, "", verdict::compliant, std::nullopt, gone_reason),
                changed(4, "m", verdict::compliant, verdict::missing, missing_reason),
                changed(9, "f", std::nullopt, verdict::compliant, fine_reason)});
  CHECK(d.poll(fleet(dc_of({fine(9), missing(4), missing(2), fine(1)})), 10).changes == changes{});
}

TEST_CASE("since is the first instant of a verdict, and starts anew with another") {
  watcher d;
  const auto since = [&](vm v, int minute) {
    return d.poll(fleet(dc_of({std::move(v)})), minute).datacenters[0].since[0];
  };
  CHECK(since(missing(1), 0) == at(0));
  CHECK(since(missing(1), 5) == at(0));
  CHECK(since(fine(1), 10) == at(10));
  CHECK(since(missing(1), 15) == at(15));
  CHECK(since(missing(1), 20) == at(15));
}

TEST_CASE("VMs that an incomplete look does not show keep their memory and are not gone") {
  watcher d;
  d.poll(fleet(dc_of({missing(1), missing(2)})), 0);
  CHECK(d.poll(fleet(dc_of({missing(2)}, false)), 5).changes == changes{});
  const decisions back = d.poll(fleet(dc_of({missing(1), missing(2)})), 10);
  CHECK(back.changes == changes{});
  CHECK(back.datacenters[0].since == std::vector<instant>{at(0), at(0)});
  CHECK(d.poll(fleet(dc_of({missing(2)})), 15).changes ==
        changes{changed(1, "", verdict::missing, std::nullopt, gone_reason)});
}

TEST_CASE("changes that an incomplete look does show are told") {
  watcher d;
  d.poll(fleet(dc_of({missing(1), missing(2)})), 0);
  CHECK(d.poll(fleet(dc_of({fine(2), fine(3)}, false)), 5).changes ==
        changes{changed(2, "f", verdict::missing, verdict::compliant, fine_reason),
                changed(3, "f", std::nullopt, verdict::compliant, fine_reason)});
}

TEST_CASE("VMs are not new before the datacenter was seen completely once") {
  watcher d;
  d.poll(fleet(dc_of({missing(1)}, false)), 0);
  const decisions whole = d.poll(fleet(dc_of({missing(1), missing(2)})), 5);
  CHECK(whole.changes == changes{});
  CHECK(whole.datacenters[0].since == std::vector<instant>{at(0), at(5)});
  CHECK(d.poll(fleet(dc_of({missing(1), missing(2), fine(3)})), 10).changes ==
        changes{changed(3, "f", std::nullopt, verdict::compliant, fine_reason)});
}

TEST_CASE("a datacenter in a blind spot is remembered, one that is not there any more is not") {
  watcher d;
  d.poll(fleet(dc_of({missing(1)})), 0);
  inventory blind;
  blind.blind_spots.push_back({"main", "pcc-192-0-2-1", {}});
  CHECK(d.poll(blind, 5).changes == changes{});
  const decisions back = d.poll(fleet(dc_of({missing(1), fine(2)})), 10);
  CHECK(back.datacenters[0].since[0] == at(0));
  CHECK(back.changes == changes{changed(2, "f", std::nullopt, verdict::compliant, fine_reason)});

  CHECK(
      d.poll(inventory(), 15).changes ==
      changes{changed(1, "", verdict::missing, std::nullopt, "the datacenter no longer exists"),
              changed(2, "", verdict::compliant, std::nullopt, "the datacenter no longer exists")});
  memory nothing;
  nothing.policy = d.policy_.id;
  CHECK(d.memory_ == nothing);
}

TEST_CASE("a change of policy is a change of verdicts") {
  watcher d;
  d.poll(fleet(dc_of({fine(1)})), 0);
  d.policy_.rules.push_back(a_rule("all", {}, keep("ours", std::nullopt)));
  CHECK(d.poll(fleet(dc_of({fine(1)})), 5).changes ==
        changes{changed(1, "f", verdict::compliant, verdict::exempt, "kept indefinitely: ours")});
}

TEST_CASE("a verdict keeps what made it so, until there is another") {
  watcher d;
  d.policy_.id = "one";
  const auto occasions = [&](inventory seen, int minute) {
    return d.poll(seen, minute).datacenters[0].occasions;
  };
  using enum occasion;
  using list = std::vector<occasion>;
  CHECK(occasions(fleet(dc_of({missing(1)}, false)), 0) == list{first_look});
  CHECK(occasions(fleet(dc_of({missing(1), missing(2), fine(3)})), 5) ==
        list{first_look, first_look, first_look});
  CHECK(occasions(fleet(dc_of({missing(1), fine(2), missing(3), missing(4)})), 10) ==
        list{first_look, drift, drift, new_vm});

  d.policy_.id = "two";
  d.policy_.rules.push_back(a_rule("four", by_name({"m"}), keep("ours", std::nullopt)));
  CHECK(occasions(fleet(dc_of({missing(1), fine(2), missing(3), missing(4), missing(5)})), 15) ==
        list{policy_change, drift, policy_change, policy_change, new_vm});
  CHECK(occasions(fleet(dc_of({fine(1), fine(2), missing(3), missing(4), missing(5)})), 20) ==
        list{drift, drift, policy_change, policy_change, new_vm});
  CHECK(d.memory_.policy == "two");
}

namespace {

void expect_on(policy& p, std::string_view guest, std::string name) {
  for (map_entry& e : p.guest_os_families)
    if (e.guest_os_family.matches(guest)) return void(e.expect = license(std::move(name)));
  FAIL("no such entry");
}

struct stands {
  instant since;
  licensing::occasion occasion;
  friend bool operator==(const stands&, const stands&) = default;
};

stands first_of(const decisions& made) {
  return {made.datacenters[0].since[0], made.datacenters[0].occasions[0]};
}

} // namespace

TEST_CASE("what demands something else begins anew, though the verdict's name is the same") {
  watcher d;
  d.policy_.id = "one";
  const auto poll = [&](std::string_view guest, int minute) {
    const decisions made = d.poll(fleet(dc_of({a_vm(guest, null, null)})), minute);
    CHECK(made.datacenters[0].vms[0].verdict == verdict::missing);
    CHECK(made.changes == changes{});
    return first_of(made);
  };
  CHECK((poll(w2019, 0) == stands{at(0), occasion::first_look}));
  CHECK((poll(w2019, 5) == stands{at(0), occasion::first_look}));

  d.policy_.id = "two";
  CHECK((poll(w2019, 10) == stands{at(0), occasion::first_look}));
  d.policy_.id = "three";
  expect_on(d.policy_, w2019, "windows 2022 Standard");
  CHECK((poll(w2019, 15) == stands{at(15), occasion::policy_change}));
  CHECK((poll(w2019, 20) == stands{at(15), occasion::policy_change}));

  CHECK((poll(w2016, 25) == stands{at(25), occasion::drift}));
  CHECK((poll(w2016, 30) == stands{at(25), occasion::drift}));
}

TEST_CASE("where it is not remembered what was due, the same verdict goes on, and is remembered") {
  watcher d;
  d.policy_.id = "one";
  d.poll(fleet(dc_of({missing(1)})), 0);
  d.memory_.vms.at(here)[0].second.due = 0;
  CHECK((first_of(d.poll(fleet(dc_of({missing(1)})), 5)) == stands{at(0), occasion::first_look}));
  CHECK(d.memory_.vms.at(here)[0].second.due ==
        due_fingerprint(action::set_license, "windows 2019 Standard"));
  expect_on(d.policy_, w2019, "windows 2022 Standard");
  CHECK((first_of(d.poll(fleet(dc_of({missing(1)})), 10)) == stands{at(10), occasion::drift}));
}

TEST_CASE("every demand has a fingerprint of its own, and that of nothing is known, too") {
  const std::set<std::uint32_t> all{0, due_fingerprint(action::none, ""),
                                    due_fingerprint(action::remove_license, ""),
                                    due_fingerprint(action::set_license, "windows 2019 Standard"),
                                    due_fingerprint(action::set_license, "windows 2022 Standard")};
  CHECK(all.size() == 5);
}

TEST_CASE("the fingerprint of what is due is the same in every version") {
  CHECK(due_fingerprint(action::none, "") == 0x50c5d1fU);
  CHECK(due_fingerprint(action::set_license, "windows 2019 Standard") == 0x3a0e4134U);
  CHECK(due_fingerprint(action::remove_license, "") == 0x70c6045U);
}

TEST_CASE("a verdict since a time that has not come stands since now") {
  watcher d;
  const auto since = [&](int minute) {
    return first_of(d.poll(fleet(dc_of({missing(1)})), minute)).since;
  };
  CHECK(since(500) == at(500));
  CHECK(since(5) == at(5));
  CHECK(since(10) == at(5));
}

TEST_CASE("where it is not remembered which policy judged, a change counts as drift") {
  watcher d;
  d.poll(fleet(dc_of({fine(1)})), 0);
  d.policy_.id = "first known";
  CHECK(d.poll(fleet(dc_of({missing(1)})), 5).datacenters[0].occasions ==
        std::vector<occasion>{occasion::drift});
}

TEST_CASE("each keep tells how many VMs it exempts, an ended one how many it would") {
  policy p = usual_policy();
  p.rules.push_back(a_rule("web", by_name({"web-*"}), keep("a", today)));
  p.rules.push_back(a_rule("no keep", by_name({"x"}), none()));
  p.rules.push_back(a_rule("db", by_name({"db-*"}), keep("b", today - std::chrono::days(1))));
  p.rules.push_back(a_rule("unused", by_name({"y"}), keep("c", std::nullopt)));
  p.guest_os_families[4].expect = keep("d", std::nullopt);
  const vm base = a_vm(w2019, null, null);
  const inventory seen =
      fleet(dc_of({named(base, "web-1", 1), named(base, "web-2", 2), named(base, "db-1", 3)}),
            dc_of({named(base, "db-2", 1), named(a_vm("winXPProGuest", null, null), "pc", 2),
                   named(a_vm(ubuntu, w2019, "OVHcloud managed"), "web-3", 3)},
                  true, elsewhere));
  const auto rule_at = [](std::uint32_t i) { return source{source::kind::rule, i}; };
  CHECK(decide(seen, p, {}, at(0)).exemptions ==
        std::vector<exemption>{{rule_at(0), 2, false},
                               {rule_at(2), 2, true},
                               {rule_at(3), 0, false},
                               {{source::kind::entry, 4}, 1, false}});
}

TEST_CASE("a keep ends at midnight UTC after its last day") {
  policy p;
  p.rules.push_back(a_rule("all", {}, keep("a", today)));
  const inventory seen = fleet(dc_of({missing(1)}));
  const auto last_second = instant{today + std::chrono::days(1)} - std::chrono::seconds(1);
  CHECK(decide(seen, p, {}, last_second).datacenters[0].vms[0].verdict == verdict::exempt);
  CHECK(decide(seen, p, {}, last_second + std::chrono::seconds(1)).datacenters[0].vms[0].verdict ==
        verdict::review);
}
