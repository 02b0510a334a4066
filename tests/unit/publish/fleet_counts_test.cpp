#include "publish/fleet_counts.hpp"
#include "publish/plan.hpp"
#include "publish/plan_text.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

using namespace ovhl::publish;
using ovhl::licensing::verdict;

namespace {

datacenter_row counted(std::initializer_list<std::pair<verdict, std::size_t>> verdicts) {
  datacenter_row d;
  for (const auto& [v, count] : verdicts) {
    d.verdicts[static_cast<std::size_t>(v)] = count;
    d.vms += count;
  }
  return d;
}

} // namespace

TEST_CASE("a first look says in one line what the VMs of all datacenters mean") {
  const std::vector all{
      counted({{verdict::compliant, 10}, {verdict::missing, 4}, {verdict::review, 3}}),
      counted({{verdict::compliant, 2}, {verdict::superfluous, 2}, {verdict::mismatch, 5}})};
  CHECK(fleet_in_words(counts_of(all)) ==
        "26 VMs: 12 right, 4 undeclared (audit risk), 2 billed for nothing, 8 need a decision");
}

TEST_CASE("a first look at one VM, and at none, says so") {
  CHECK(fleet_in_words(counts_of(std::vector{counted({{verdict::wrong, 1}})})) == "1 VM: 1 wrong");
  CHECK(fleet_in_words(counts_of(std::vector{counted({})})) == "0 VMs");
}

TEST_CASE("a first look says of the same fleet what a plan says") {
  ovhl::publish::plan_document plan;
  plan.complete = true;
  for (const verdict v : ovhl::licensing::all_verdicts)
    plan.vms += plan.verdicts[static_cast<std::size_t>(v)] = 1 + static_cast<std::size_t>(v);
  datacenter_row d;
  d.vms = plan.vms;
  d.verdicts = plan.verdicts;
  const std::string text = fleet_in_words(counts_of(std::vector{d}));
  CHECK(text.ends_with(", 4 billed for nothing, 13 need a decision, 5 exempt, 8 managed by "
                       "OVHcloud"));
  CHECK(plan_text(plan, {}).starts_with(text + ". "));
}
