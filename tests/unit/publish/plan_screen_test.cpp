// Whole screens of `plan` for fleets of 26, 1,000 and 10,000 VMs, and what is shown on demand.
#include "base/text.hpp"
#include "expected.hpp"
#include "plan_fleet.hpp"
#include "publish/plan.hpp"
#include "publish/plan_file.hpp"
#include "publish/plan_text.hpp"
#include "publish/status_text.hpp"

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

TEST_CASE("a mixed fleet with hundreds of causes fits on a screen, too") {
  const std::string text = screen(test::mixed_plan(), 80);
  CHECK(text == test::expected("plan-mixed-80.txt"));
  CHECK(lines(text) <= 60);
  for (const std::size_t width : {60U, 80U, 120U, 200U}) {
    std::istringstream in(screen(test::mixed_plan(), width));
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
  plan.corrections.back().allowed = true;
  plan.corrections.back().state = publish::due_state::due;
  CHECK(last_line(screen(plan, 120)) == "3 to declare, 1 to replace, 0 to remove\n");
}

namespace {

// Everything allowed is held by this guard.
publish::plan_document held_by(publish::plan_document plan, licensing::guard by,
                               std::string words) {
  for (auto& c : plan.corrections) {
    if (!c.allowed) continue;
    c.state = publish::due_state::held;
    c.guard = by;
    c.until = by == licensing::guard::windows ? std::optional(test::at(720)) : std::nullopt;
    c.why_held = words;
  }
  return plan;
}

} // namespace

TEST_CASE(
    "what a guard would hold is no promise: it is shown apart, with the guard and until when") {
  using enum licensing::guard;
  const auto closed = held_by(test::fleet_plan(1000), windows,
                              "outside the policy's windows until 2026-11-20 22:00 UTC");
  const std::string text = screen(closed, 120);
  CHECK_FALSE(has(text, "Would be made"));
  CHECK(has(text, "Held now: 300 corrections\n"));
  CHECK(
      has(text, "\n    held by windows: outside the policy's windows until 2026-11-20 22:00 UTC."));
  CHECK(last_line(screen(closed, 200)) ==
        "0 to declare, 0 to replace, 0 to remove; 300 are held by windows until 2026-11-20 22:00 "
        "UTC; 200 more are due and left by modes declare (100) and report (100)\n");

  auto some = test::fleet_plan(20);
  const auto off = held_by(some, spla, "Windows licenses are not activated on pcc-192-0-2-1");
  some.corrections[0] = off.corrections[0];
  CHECK(has(screen(some, 200), "\nHeld now: 1 correction\n"));
  CHECK(has(screen(some, 200),
            "  held by spla: Windows licenses are not activated on pcc-192-0-2-1. windows2019srv"));
  CHECK(last_line(screen(some, 200)) ==
        "5 to declare, 0 to replace, 0 to remove; 1 more is held by spla; 4 more are due and left "
        "by modes declare (2) and report (2)\n");
  some.corrections[1] = held_by(some, windows, "closed").corrections[1];
  CHECK(has(last_line(screen(some, 200)), "; 2 more are held by spla (1) and windows (1); 4 more"));
  const auto again = publish::read_whole_plan(publish::plan_json(some, test::seal_key));
  REQUIRE(again.has_value());
  CHECK(screen(*again, 80) == screen(some, 80));
  CHECK(has(publish::plan_csv(closed, {}), "Z,windows,2026-11-20T22:00:00Z\r\n"));
}

TEST_CASE("with corrections: off, what the mode allows is left by that") {
  auto plan = test::fleet_plan(26);
  for (auto& c : plan.corrections)
    c.state = publish::due_state::reported;
  const std::string text = screen(plan, 200);
  CHECK_FALSE(has(text, "Would be made"));
  CHECK(has(text, "Left by 'corrections: off': 9 corrections\n"));
  CHECK(last_line(text) == "0 to declare, 0 to replace, 0 to remove; 9 are left by 'corrections: "
                           "off'; 6 more are due and left by modes declare (3) and report (3)\n");
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

TEST_CASE("a review that a person has acknowledged needs no decision, and there is nothing to do") {
  auto plan = test::fleet_plan(1000);
  for (int i = 0; i < 20; ++i)
    plan.findings[static_cast<std::size_t>(i)].acknowledged = true;
  const auto again = publish::read_whole_plan(publish::plan_json(plan, test::seal_key));
  REQUIRE(again.has_value());
  for (const auto& p : {plan, *again}) {
    const std::string text = screen(p, 120);
    CHECK(has(text, "\nNeeds a decision: 80 VMs\n"));
    const auto known = text.find("\nAcknowledged: 20 VMs\n");
    REQUIRE(known != std::string::npos);
    CHECK(text.find("To do: ", known) == std::string::npos);
    CHECK(has(text, "80 need a decision, 20\n  acknowledged."));
  }
  CHECK(has(screen(test::fleet_plan(26), 80), "Needs a decision: "));
  CHECK_FALSE(has(screen(test::fleet_plan(26), 80), "cknowledged"));
}

TEST_CASE(
    "no license is none in tables, whichever way OVHcloud says so, and programs get its words") {
  auto plan = test::fleet_plan(10);
  plan.corrections[0].before = plan.findings[0].license = "unlicensed windows guestos";
  auto fleet = test::full();
  fleet.findings[0].license = "unlicensed windows guestos";
  const auto status = publish::read_status(publish::status_json(fleet));
  REQUIRE(status.has_value());
  publish::status_choice all;
  all.rows = true;
  for (const std::string& text :
       {screen(plan, 200), publish::status_text(*status, {true, false, 200}, test::at(302), all)}) {
    CAPTURE(text);
    CHECK_FALSE(has(text, "unlicensed"));
    CHECK(has(text, "none"));
  }
  CHECK(has(screen(plan, 200), "  declare  none  "));
  CHECK(
      has(publish::plan_json(plan, test::seal_key), "\"before\": \"unlicensed windows guestos\""));
  CHECK(has(publish::plan_csv(plan, {}), ",unlicensed windows guestos,"));
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
