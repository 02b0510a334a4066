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
  const auto found = agent::decide_on(seen, by, {}, now);
  CHECK(found->by == by);
  CHECK(found->seen == seen);
  CHECK((found->at == now));
  CHECK(&found->policy() == &by->policy->policy);
  REQUIRE(found->due.size() == 2);
  CHECK(found->due[1].which.id == 2);
}

TEST_CASE("memory and changes are handed over apart, so that what is shared does not keep them") {
  std::vector<licensing::change> changes;
  licensing::memory memory;
  const auto take = [&](std::vector<licensing::change> found, licensing::memory next) {
    changes = std::move(found);
    memory = std::move(next);
  };
  const auto found = agent::decide_on(two_vms(), setup(), {}, now, take);
  CHECK(memory.vms.size() == 1);
  CHECK(found->decided->next.vms.empty());
  CHECK(found->decided->changes.empty());
  const auto before = std::move(memory);
  const auto again =
      agent::decide_on(two_vms(), setup(), before, now + std::chrono::minutes(5), take);
  CHECK(changes.empty());
  CHECK((again->due[0].since == now)); // it remembers since when
}

TEST_CASE("a narrowed survey shares everything but the corrections due") {
  const auto found = agent::decide_on(two_vms(), setup(), {}, now);
  const auto one = agent::narrowed(*found, {found->due[1]});
  CHECK(one->seen == found->seen);
  CHECK(one->decided == found->decided);
  REQUIRE(one->due.size() == 1);
  CHECK(one->due[0].which.id == 2);
}
