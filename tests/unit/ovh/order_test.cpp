// Lists of VMs put in order, each VM once.
#include "ovh/api/dedicated_cloud.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

using namespace ovhl;

namespace {

using list = std::vector<ovh::licensed_vm>;

std::string shown(list all) {
  ovh::put_in_order(all);
  std::string out;
  for (const ovh::licensed_vm& v : all)
    out += fmt::format("{}{} {} {}; ", v.id, v.listed_differently ? "!" : "",
                       licensing::known(v.license) ? v.license : "null",
                       licensing::known(v.reported_guest_os_family) ? v.reported_guest_os_family
                                                                    : "null");
  return out;
}

} // namespace

TEST_CASE("a VM that vmLicensed names twice is contradictory, whichever comes first") {
  struct row {
    list all;
    std::string read;
  };
  const row rows[] = {
      {{}, ""},
      {{{2, "g", "l"}, {1, {}, {}}}, "1 null null; 2 l g; "},
      {{{1, "g", "l"}, {1, "g", "l"}, {2, "g", "l"}}, "1 l g; 2 l g; "}, // the same twice
      {{{2, "g", "a"}, {1, "g", "l"}, {2, "g", "b"}}, "1 l g; 2! a g; "},
      {{{1, "g", "l"}, {1, "h", "l"}}, "1! l g; "},
      {{{1, "g", "l"}, {1, {}, "l"}, {1, "g", "l"}}, "1! l null; "},
      {{{1, "g", {}}, {1, "g", ""}}, "1! null g; "}, // null and empty differ
  };
  for (const row& r : rows) {
    list all = r.all;
    const auto before = [](const ovh::licensed_vm& a, const ovh::licensed_vm& b) {
      return std::tuple(a.id, a.license, a.reported_guest_os_family) <
             std::tuple(b.id, b.license, b.reported_guest_os_family);
    };
    std::sort(all.begin(), all.end(), before);
    do
      CHECK(shown(all) == r.read);
    while (std::next_permutation(all.begin(), all.end(), before));
    CHECK(shown(r.all) == r.read);
  }
}

TEST_CASE("a VM that is listed twice is contradictory where what is concluded from differs") {
  using licensing::vm;
  struct row {
    const char* what;
    std::function<void(vm&)> change;
    bool differs;
  };
  const row rows[] = {
      {"nothing", [](vm&) {}, false},
      {"CPUs", [](vm& v) { v.cpus = 8; }, false},
      {"license", [](vm& v) { v.license = "windows 2022 Standard"; }, true},
      {"guest OS", [](vm& v) { v.guest_os_family = {}; }, true},
      {"name", [](vm& v) { v.name = "web-2"; }, true},
      {"cluster", [](vm& v) { v.cluster = "c"; }, true},
      {"folder", [](vm& v) { v.folder = "f"; }, true},
      {"power", [](vm& v) { v.power = licensing::power_state::suspended; }, true},
  };
  for (const row& r : rows) {
    CAPTURE(r.what);
    vm one;
    one.id = 7;
    one.name = "web-1";
    one.guest_os_family = "windows2019srv_64Guest";
    one.license = "windows 2019 Standard";
    vm other = one, third;
    third.id = 3;
    r.change(other);
    std::vector<vm> all{one, third, other}, turned{other, third, one};
    ovh::put_in_order(all);
    ovh::put_in_order(turned);
    REQUIRE(all.size() == 2);
    CHECK(all[0].id == 3);
    CHECK_FALSE(all[0].seen_differently);
    CHECK(all[1].seen_differently == r.differs);
    CHECK(turned[1].seen_differently == r.differs);
    CHECK(turned[1].license == all[1].license);
    CHECK(turned[1].name == all[1].name);
  }
}
