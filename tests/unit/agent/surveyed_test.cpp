// What is decided on a survey is one value, with everything it was decided by.
#include "agent/surveyed.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <utility>

using namespace ovhl;

namespace {

constexpr instant now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20);

std::shared_ptr<const agent::setup> setup() {
  auto file = std::make_shared<config::policy_file>();
  licensing::expectation windows;
  windows.what = licensing::wanted::license;
  windows.license = "windows 2022 Standard";
  file->policy.guest_os_families = {{glob("windows*"), windows}};
  auto by = std::make_shared<agent::setup>();
  by->policy = std::move(file);
  return by;
}

std::shared_ptr<const licensing::inventory> two_vms() {
  licensing::datacenter dc;
  dc.where = {"main", "pcc-1", 12};
  dc.observed_at = now;
  dc.complete = true;
  for (const std::int64_t id : {1, 2}) {
    licensing::vm v;
    v.id = id;
    v.name = "web";
    v.guest_os_family = "windows2019srvNext_64Guest";
    dc.vms.push_back(v);
  }
  licensing::inventory all;
  all.datacenters.push_back(std::move(dc));
  return std::make_shared<const licensing::inventory>(std::move(all));
}

} // namespace

TEST_CASE("what is decided on a survey has the set-up, the time and the corrections due with it") {
  const auto by = setup();
  const auto seen = two_vms();
  const agent::decision_on_survey on = agent::decide_on(seen, by, {}, now);
  CHECK(on.found->by == by);
  CHECK(on.found->seen == seen);
  CHECK((on.found->at == now));
  CHECK(&on.found->policy() == &by->policy->policy);
  REQUIRE(on.found->due.size() == 2);
  CHECK(on.found->due[1].which.id == 2);
}

TEST_CASE("memory and changes are handed over apart, so that what is shared does not keep them") {
  const agent::decision_on_survey on = agent::decide_on(two_vms(), setup(), {}, now);
  CHECK(on.next.vms.size() == 1);
  CHECK(on.found->decided->next.vms.empty());
  CHECK(on.found->decided->changes.empty());
  const auto again = agent::decide_on(two_vms(), setup(), on.next, now + std::chrono::minutes(5));
  CHECK(again.changes.empty());
  CHECK((again.found->due[0].since == now)); // it remembers since when
}

TEST_CASE("a narrowed survey shares everything but the corrections due") {
  const agent::decision_on_survey on = agent::decide_on(two_vms(), setup(), {}, now);
  const auto one = agent::narrowed(*on.found, {on.found->due[1]});
  CHECK(one->seen == on.found->seen);
  CHECK(one->decided == on.found->decided);
  REQUIRE(one->due.size() == 1);
  CHECK(one->due[0].which.id == 2);
}
