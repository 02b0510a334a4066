#include "licensing/correction.hpp"
#include "support.hpp"

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;

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

  const auto orders = due(seen, decide(seen, p, {}, instant{today}), p);
  REQUIRE(orders.size() == 3);
  CHECK(orders[0].which == vm_key{here, 2});
  CHECK(orders[0].action == action::set_license);
  CHECK(orders[0].from == std::nullopt);
  CHECK(orders[0].to == "windows 2019 Standard");
  CHECK(orders[0].bypass);
  CHECK(orders[0].mode == mode::enforce);
  CHECK(orders[0].verdict == verdict::missing);
  CHECK(orders[0].from_complete_list);
  CHECK(orders[1].which == vm_key{here, 3});
  CHECK(orders[1].from == "windows 2016 Standard");
  CHECK(orders[1].to == "windows 2022 Standard");
  CHECK_FALSE(orders[1].bypass);
  CHECK(orders[2].which == vm_key{here, 4});
  CHECK(orders[2].action == action::remove_license);
  CHECK(orders[2].from == "windows 2019 Standard");
  CHECK(orders[2].to == std::nullopt);

  dc.complete = false;
  CHECK(due(seen, decide(seen, p, {}, instant{today}), p).empty());
  dc.carried = true;
  const auto carried = due(seen, decide(seen, p, {}, instant{today}), p);
  REQUIRE(carried.size() == 3);
  for (const correction& order : carried)
    CHECK_FALSE(order.from_complete_list);
}
