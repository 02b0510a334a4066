#include "publish/first_look.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

using namespace ovhl::publish;
using ovhl::licensing::verdict;

namespace {

datacenter_line counted(std::initializer_list<std::pair<verdict, std::size_t>> verdicts) {
  datacenter_line d;
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
  CHECK(fleet_in_words(all) ==
        "26 VMs: 12 right, 4 undeclared (audit risk), 2 billed for nothing, 8 need a decision");
}

TEST_CASE("a first look at one VM, and at none, says so") {
  CHECK(fleet_in_words(std::vector{counted({{verdict::wrong, 1}})}) == "1 VM: 1 wrong");
  CHECK(fleet_in_words(std::vector{counted({})}) == "0 VMs");
}
