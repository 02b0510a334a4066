#include "agent/find_vm.hpp"
#include "agent/selection.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace ovhl;
using agent::selected;
using agent::selection;

namespace {

licensing::datacenter datacenter(std::int64_t id,
                                 std::vector<std::pair<std::int64_t, std::string_view>> vms) {
  licensing::datacenter dc;
  dc.where = {"main", "pcc-1", id};
  dc.complete = true;
  for (const auto& [vm_id, name] : vms) {
    licensing::vm& v = dc.vms.emplace_back();
    v.id = vm_id;
    v.name = name;
  }
  return dc;
}

licensing::inventory two_datacenters() {
  licensing::inventory seen;
  seen.datacenters.push_back(datacenter(12, {{1, "twin"}, {2, "tux"}}));
  seen.datacenters.push_back(datacenter(20, {{3, "mail"}}));
  return seen;
}

selection of(std::string vm) { return {{std::move(vm)}, {}}; }

} // namespace

TEST_CASE(
    "a name selects a VM only where everything was read, an ID where its service alone was not") {
  licensing::inventory seen = two_datacenters();
  const auto accepted = [&](const char* word) {
    return selected::find(of(word), seen).has_value();
  };
  CHECK(accepted("twin"));
  CHECK(accepted("1"));
  SUBCASE("one datacenter is unreadable") { seen.datacenters[1].complete = false; }
  SUBCASE("so is the list of its service's datacenters") {
    seen.blind_spots.push_back({"main", "pcc-1", {}});
  }
  const auto refused = selected::find(of("twin"), seen);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message ==
        "not everything could be read, so 'twin' may also be another VM");
  CHECK(refused.error().advice == "nothing was changed; give the ID of the one you mean");
  CHECK(accepted("1"));
}

TEST_CASE("where another service could not be read, an ID may be that of another VM, too") {
  licensing::inventory seen = two_datacenters();
  SUBCASE("a datacenter of it") {
    seen.datacenters[1].where.service = "pcc-2";
    seen.datacenters[1].complete = false;
  }
  SUBCASE("the service") { seen.blind_spots.push_back({"main", "pcc-2", {}}); }
  SUBCASE("another account") { seen.blind_spots.push_back({"other", "", {}}); }
  for (const char* word : {"1", "twin"}) {
    CAPTURE(word);
    CHECK_FALSE(selected::find(of(word), seen).has_value());
  }
  CHECK(selected::find(of("1"), seen).error().message ==
        "not everything could be read, so '1' may also be another VM");
}

TEST_CASE("what is the ID of one VM and the name of another is ambiguous") {
  licensing::inventory seen = two_datacenters();
  seen.datacenters[1].vms[0].name = "1";
  CHECK(agent::find_vms(seen, "1").size() == 2);
  const auto refused = selected::find(of("1"), seen);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message == "2 VMs have the name or ID '1': 1 in pcc-1/12, 3 in pcc-1/20");
  CHECK(refused.error().advice ==
        "nothing was changed; rename one of them, or use apply without --vm");
  CHECK(selected::find(of("3"), seen).has_value());
  seen.datacenters[1].vms[0].name = "3"; // its own ID
  CHECK(agent::find_vms(seen, "3").size() == 1);
}
