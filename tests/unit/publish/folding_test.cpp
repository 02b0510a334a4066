#include "base/text.hpp"
#include "plan_fleet.hpp"
#include "publish/folding.hpp"
#include "publish/plan_parts.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace ovhl::publish;

namespace {

std::vector<cause_row> causes_of_mixed() {
  const plan_document plan = test::mixed_plan();
  return causes_of(plan_parts(plan, {}).made);
}

} // namespace

TEST_CASE("many causes that differ only in the license declared are one") {
  const auto causes = causes_of_mixed();
  CHECK(causes.size() > 200);
  const auto all = folded(causes);
  CHECK(all.size() == 8);
  std::size_t vms = 0;
  for (const folded_cause& c : all) {
    vms += c.vms;
    CHECK(c.names.size() == 3);
  }
  CHECK(vms == vms_of(causes));
  CHECK(all[0].licenses == 1); // none
  CHECK(all[1].vms == 100);
  CHECK(all[1].licenses == 40);
  CHECK(all[1].reason.starts_with("declared '…', expected 'windows 20"));
  CHECK(not_shown_text(all).empty());
}

TEST_CASE("a few causes stay as they are") {
  auto causes = causes_of_mixed();
  causes.resize(8);
  const auto all = folded(causes);
  REQUIRE(all.size() == 8);
  for (std::size_t i = 0; i < all.size(); ++i)
    CHECK(static_cast<const cause_row&>(all[i]) == causes[i]);
}

TEST_CASE("causes that differ in anything else are not folded, and what is not shown is counted") {
  std::vector<cause_row> causes(20);
  for (std::size_t i = 0; i < causes.size(); ++i) {
    causes[i].verdict = ovhl::licensing::verdict::wrong;
    causes[i].license = "windows 2019 Standard";
    causes[i].expected = "windows license " + std::to_string(i);
    causes[i].vms = i + 1;
  }
  const auto all = folded(causes);
  REQUIRE(all.size() == 20);
  CHECK(all[0].vms == 20); // of most VMs first
  CHECK(not_shown_text(all) == "12 more causes (78 VMs) are not shown; to see them: ovh-licensed "
                               "plan --rows, or --format json.");
}
