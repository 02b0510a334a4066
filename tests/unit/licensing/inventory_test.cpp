#include "support.hpp"

using namespace ovhl;
using namespace ovhl::licensing;

namespace {

constexpr instant at(int minute) { return instant{std::chrono::minutes(minute)}; }

error problem(std::string message) {
  error e;
  e.kind = failure::timeout;
  e.message = std::move(message);
  return e;
}

// A datacenter of so many VMs, each named after the moment of the look.
datacenter look(std::int64_t number, int minute, std::size_t vms, bool complete) {
  datacenter dc;
  dc.where = {"main", "pcc-1", number};
  dc.observed_at = at(minute);
  dc.complete = complete;
  if (!complete) dc.problem = problem(fmt::format("look {} timed out", minute));
  for (std::size_t i = 0; i < vms; ++i) {
    vm v;
    v.id = static_cast<std::int64_t>(i);
    v.name = dc.texts.keep(fmt::format("seen at minute {}", minute));
    dc.vms.push_back(v);
  }
  return dc;
}

inventory of(std::vector<datacenter> all) {
  inventory seen;
  seen.datacenters = std::move(all);
  return seen;
}
template <class... Looks>
inventory seen(Looks... looks) {
  std::vector<datacenter> all;
  (all.push_back(std::move(looks)), ...);
  return of(std::move(all));
}

} // namespace

TEST_CASE("power states are read as the API writes them, in any case, and written so") {
  for (const auto* text : {"poweredOn", "poweredOff", "suspended", "deleted"}) {
    CAPTURE(text);
    const auto state = parse_power_state(text);
    REQUIRE(state);
    CHECK(name(*state) == text);
  }
  CHECK(parse_power_state("POWEREDON") == power_state::powered_on);
  CHECK_FALSE(parse_power_state("unknown"));
  CHECK_FALSE(parse_power_state(""));
  CHECK(name(power_state::unknown) == "unknown");
}

TEST_CASE("null is not known, empty is") {
  CHECK_FALSE(known({}));
  CHECK(known(""));
}

TEST_CASE("an inventory is complete if every datacenter is and nothing was out of sight") {
  CHECK(inventory{}.complete());
  CHECK(seen(look(1, 0, 1, true), look(2, 0, 1, true)).complete());
  CHECK_FALSE(seen(look(1, 0, 1, true), look(2, 0, 1, false)).complete());
  inventory blind = seen(look(1, 0, 1, true));
  blind.blind_spots.push_back({"main", "pcc-2", {}});
  CHECK_FALSE(blind.complete());
}

TEST_CASE("a blind spot hides a service, or a whole account") {
  inventory blind;
  blind.blind_spots.push_back({"main", "pcc-2", {}});
  blind.blind_spots.push_back({"other", "", {}});
  CHECK(blind.hidden({"main", "pcc-2", 7}));
  CHECK_FALSE(blind.hidden({"main", "pcc-1", 7}));
  CHECK(blind.hidden({"other", "pcc-1", 7}));
}

TEST_CASE("what was seen completely replaces what was seen before") {
  const inventory now = carried_forward(seen(look(1, 0, 3, true)), seen(look(1, 5, 2, true)));
  REQUIRE(now.datacenters.size() == 1);
  CHECK(now.datacenters[0].vms.size() == 2);
  CHECK(now.datacenters[0].observed_at == at(5));
  CHECK_FALSE(now.datacenters[0].carried);
}

TEST_CASE("what was seen incompletely stands as it was seen last, with the new problem") {
  inventory now = seen(look(1, 0, 3, true));
  for (const int minute : {5, 10})
    now = carried_forward(std::move(now), seen(look(1, minute, 4, false)));
  REQUIRE(now.datacenters.size() == 1);
  const datacenter& dc = now.datacenters[0];
  CHECK(dc.vms.size() == 3);
  CHECK(dc.vms[2].name == "seen at minute 0");
  CHECK(dc.observed_at == at(0));
  CHECK_FALSE(dc.complete);
  CHECK(dc.carried);
  REQUIRE(dc.problem);
  CHECK(dc.problem->message == "look 10 timed out");

  now = carried_forward(std::move(now), seen(look(1, 15, 1, true)));
  CHECK(now.datacenters[0].vms.size() == 1);
  CHECK_FALSE(now.datacenters[0].carried);
  CHECK_FALSE(now.datacenters[0].problem);
}

TEST_CASE("of looks that were never complete the one that saw more stands") {
  inventory now = carried_forward(seen(look(1, 0, 3, false)), seen(look(1, 5, 2, false)));
  CHECK(now.datacenters[0].vms.size() == 3);
  CHECK(now.datacenters[0].problem->message == "look 5 timed out");
  CHECK_FALSE(now.datacenters[0].carried);
  now = carried_forward(std::move(now), seen(look(1, 10, 3, false)));
  CHECK(now.datacenters[0].observed_at == at(10));
}

TEST_CASE("datacenters in a blind spot stand, others that are not there any more are gone") {
  inventory before = seen(look(1, 0, 1, true), look(2, 0, 2, true));
  before.datacenters[1].where.service = "pcc-2";
  inventory fresh = seen(look(3, 5, 1, true));
  fresh.blind_spots.push_back({"main", "pcc-2", problem("broken")});

  const inventory now = carried_forward(std::move(before), std::move(fresh));
  REQUIRE(now.datacenters.size() == 2);
  CHECK(now.datacenters[0].where == place{"main", "pcc-1", 3});
  CHECK(now.datacenters[1].where == place{"main", "pcc-2", 2});
  CHECK(now.datacenters[1].carried);
  CHECK_FALSE(now.datacenters[1].complete);
  CHECK(now.datacenters[1].problem->message == "broken");
  CHECK(now.datacenters[1].observed_at == at(0));
  CHECK(now.blind_spots.size() == 1);
}

TEST_CASE("a datacenter without VMs is remembered in a blind spot, too") {
  inventory fresh;
  fresh.blind_spots.push_back({"main", "", problem("broken")});
  const inventory now = carried_forward(seen(look(4, 0, 0, false)), std::move(fresh));
  REQUIRE(now.datacenters.size() == 1);
  CHECK(now.datacenters[0].where == place{"main", "pcc-1", 4});
  CHECK(now.datacenters[0].problem->message == "broken");
}
