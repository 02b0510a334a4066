// Whole screens of `plan` for fleets of 26, 1,000 and 10,000 VMs, and what is shown on demand.
#include "base/text.hpp"
#include "expected.hpp"
#include "plan_fleet.hpp"
#include "publish/plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

namespace licensing = ovhl::licensing;
namespace publish = ovhl::publish;
namespace test = ovhl::publish::test;

namespace {

std::string screen(const publish::plan_document& plan, std::size_t width,
                   const publish::plan_choice& chosen = {}) {
  return publish::plan_text(plan, {true, false, width}, chosen);
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

std::string last_line(const std::string& text) {
  return text.substr(text.rfind('\n', text.size() - 2) + 1);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Without what would be made.
publish::plan_document left_alone(publish::plan_document plan) {
  std::erase_if(plan.corrections, [](const auto& c) { return c.allowed; });
  return plan;
}

} // namespace

TEST_CASE("the plans of fleets of 20, 26, 1,000 and 10,000 VMs") {
  CHECK(screen(test::fleet_plan(20), 80) == test::expected("plan-20-80.txt"));
  CHECK(screen(test::fleet_plan(26), 120) == test::expected("plan-26-120.txt"));
  CHECK(screen(test::fleet_plan(1000), 80) == test::expected("plan-1000-80.txt"));
  CHECK(screen(test::fleet_plan(1000), 120) == test::expected("plan-1000-120.txt"));
  CHECK(screen(test::fleet_plan(10'000), 80) == test::expected("plan-10000-80.txt"));
  CHECK(screen(test::fleet_plan(10'000), 200) == test::expected("plan-10000-200.txt"));
}

TEST_CASE("a plan stays as short however many VMs there are, and within the terminal's width") {
  const std::size_t few = lines(screen(test::fleet_plan(1000), 80));
  for (const int vms : {26, 1000, 10'000})
    for (const std::size_t width : {60U, 80U, 120U, 200U})
      for (const bool rows : {false, true}) {
        CAPTURE(vms);
        CAPTURE(width);
        publish::plan_choice chosen;
        chosen.rows = rows;
        const std::string text = screen(test::fleet_plan(vms), width, chosen);
        if (vms > 26 && width == 80 && !rows) CHECK(lines(text) <= few);
        std::istringstream in(text);
        for (std::string line; std::getline(in, line);)
          CHECK(ovhl::columns(line) <= width);
      }
}

TEST_CASE("up to twelve VMs are listed, of more their causes are shown") {
  auto plan = test::fleet_plan(20); // twelve of them
  CHECK_FALSE(has(screen(plan, 80), "VMS  ACTION"));
  CHECK(has(screen(plan, 80), "\napp-00014.prod  1014  remove "));
  plan.corrections.push_back(test::fleet_correction(20));
  CHECK(has(screen(plan, 80), "\nVMS  ACTION"));
  CHECK_FALSE(has(screen(plan, 80), "\napp-00014.prod"));
}

TEST_CASE("the last line counts what apply would make, and what which mode leaves") {
  auto plan = test::fleet_plan(26);
  CHECK(last_line(screen(plan, 120)) ==
        "9 to declare, 0 to replace, 0 to remove; 6 more are due and left by modes declare (3) and "
        "report (3)\n");
  for (auto& c : plan.corrections)
    c.mode = licensing::mode::declare;
  CHECK(last_line(screen(plan, 120)) ==
        "9 to declare, 0 to replace, 0 to remove; 6 more are due and left by mode declare\n");
  CHECK(last_line(screen(left_alone(plan), 120)) ==
        "0 to declare, 0 to replace, 0 to remove; 6 are due and left by mode declare\n");
  plan.corrections.resize(4);
  CHECK(last_line(screen(plan, 120)) ==
        "3 to declare, 0 to replace, 0 to remove; 1 more is due and left by mode declare\n");
  for (auto& c : plan.corrections)
    c.allowed = true;
  CHECK(last_line(screen(plan, 120)) == "3 to declare, 1 to replace, 0 to remove\n");
}

TEST_CASE("a plan says where the configuration keeps apply from making anything") {
  publish::plan_choice chosen;
  chosen.switched_off = true;
  const std::string off =
      "Corrections are off in the configuration, so apply makes none of them.\n";
  CHECK(has(screen(test::fleet_plan(26), 80, chosen), off));
  CHECK_FALSE(has(screen(test::nothing_due(), 80, chosen), off));
  CHECK_FALSE(has(screen(test::fleet_plan(26), 80), off));
}

TEST_CASE("a filter narrows causes and rows of a plan, and its numbers stay those of the whole") {
  publish::plan_choice chosen;
  chosen.only.verdicts = {licensing::verdict::wrong};
  std::string text = screen(test::fleet_plan(1000), 80, chosen);
  CHECK(has(text, "Left by mode declare: 100 corrections\n"));
  CHECK_FALSE(has(text, "Would be made"));
  CHECK(has(text, "\n100 of 600 VMs match the filter."));
  CHECK(has(text, "\n300 to declare, "));
  CHECK(has(text, "\napp-00003.prod"));
  chosen.only.datacenter = 12;
  CHECK(has(screen(test::fleet_plan(1000), 80, chosen), "Left by mode declare: 50 corrections\n"));
  chosen.only = {};
  chosen.only.limit = 2;
  text = screen(test::fleet_plan(1000), 80, chosen);
  CHECK(has(text, "\nWould be made: 300 corrections, the first 2\n"));
  CHECK_FALSE(has(text, "app-00003.prod  "));
}

TEST_CASE("a plan as CSV has every VM that fits, what would be made first") {
  publish::row_filter only;
  only.verdicts = {licensing::verdict::wrong, licensing::verdict::missing};
  only.limit = 3;
  std::string csv = publish::plan_csv(test::fleet_plan(26), only);
  std::erase(csv, '\r');
  CHECK(csv == test::expected("plan.csv"));
  CHECK(lines(publish::plan_csv(test::fleet_plan(1000), {})) == 1 + 600);
}
