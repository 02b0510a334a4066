#include "expected.hpp"
#include "plan_fleet.hpp"
#include "publish/apply.hpp"
#include "samples.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace licensing = ovhl::licensing;
namespace publish = ovhl::publish;
namespace test = ovhl::publish::test;
using licensing::guard;
using ovhl::terminal;
using publish::apply_row;
using publish::due_state;

namespace {

apply_row line(const publish::plan_row& due, std::int64_t id, std::string name,
               licensing::correction_state how) {
  apply_row l;
  static_cast<publish::plan_row&>(l) = due;
  l.vm_id = id;
  l.name = std::move(name);
  l.current = std::move(how);
  return l;
}

// One correction to set, one to remove beyond the guards, and three that are not made: held,
// reported and already under way.
std::vector<apply_row> intended() {
  const auto due = test::plan().corrections;
  return {
      line(due[0], 1074, "web-1", {due_state::running, {}, {}, "", {}}),
      line(due[1], 21, "mail.production.example",
           {due_state::running, {}, {}, "exceeds max_removal_share (50 % of the VMs)", {}}),
      line(due[0], 1077, "web-2",
           {due_state::held, guard::windows, test::at(36000), "outside the policy's windows", {}}),
      line(due[0], 1078, "web-3",
           {due_state::reported, {}, {}, "mode 'report' changes nothing", {}}),
      line(due[1], 22, "old", {due_state::running, {}, {}, "", 12})};
}

apply_row ended(apply_row l, licensing::outcome how, std::optional<std::int64_t> task,
                std::string message, std::string query_id) {
  l.end = licensing::ending{how, false, {}, task, std::move(message), std::move(query_id)};
  return l;
}

std::vector<apply_row> results() {
  using licensing::outcome;
  const auto before = intended();
  return {ended(before[0], outcome::done, 77, "", "EU.ext-1"),
          ended(before[1], outcome::failed, 78, "the task ended with 'error'", "EU.ext-2"),
          before[2],
          before[3],
          ended(before[4], outcome::inconclusive, 12, "the task had not ended after 1h", ""),
          ended(before[2], outcome::dropped, {}, "its license is now windows 2022 Standard", ""),
          before[0], // as admitted, and then it was stopped
          before[4]};
}

std::string sums(const std::vector<apply_row>& lines, const terminal& t = {}) {
  const std::string text = publish::results_table(lines, {}, t);
  return text.substr(text.rfind('\n', text.size() - 2) + 1);
}

std::string intention(const std::vector<apply_row>& lines) {
  const std::string text = publish::apply_table(lines, {}, terminal{});
  return text.substr(text.size() < 2 ? 0 : text.rfind('\n', text.size() - 2) + 1);
}

} // namespace

TEST_CASE("what apply will do is told in full, at 80 columns and where no person is looking") {
  const auto places = test::two_datacenters();
  CHECK(publish::apply_table(intended(), places, terminal{}) == test::expected("apply.txt"));
  CHECK(publish::apply_table(intended(), places, {true, false, 80}) ==
        test::expected("apply-80.txt"));
  CHECK(publish::apply_table(intended(), places, {true, true, 120}) ==
        test::expected("apply-120-colour.txt"));
}

TEST_CASE("what apply has done is told in full, at 80 columns and where no person is looking") {
  const auto places = test::two_datacenters();
  CHECK(publish::results_table(results(), places, terminal{}) == test::expected("results.txt"));
  CHECK(publish::results_table(results(), places, {true, false, 80}) ==
        test::expected("results-80.txt"));
  CHECK(publish::results_table(results(), places, {true, true, 120}) ==
        test::expected("results-120-colour.txt"));
}

TEST_CASE("the place is left out where there is one") {
  const auto places = std::vector{test::two_datacenters().front()};
  CHECK(publish::apply_table(intended(), places, terminal{}).find("WHERE") == std::string::npos);
  CHECK(publish::results_table(results(), places, terminal{}).find("WHERE") == std::string::npos);
}

TEST_CASE("one sentence says how much of what is due will be done") {
  const auto all = intended();
  CHECK(
      intention(all) ==
      "1 to declare, 1 to remove; 1 left by mode declare; 2 not made for another reason; 1 beyond "
      "the policy's guards.\n");
  CHECK(intention({all[0]}) == "1 to declare.\n");
  CHECK(intention({all[1], all[1]}) == "2 to remove; 2 beyond the policy's guards.\n");
  CHECK(intention({all[2], all[4]}) ==
        "Nothing can be corrected now; 2 not made for another reason.\n");
  CHECK(intention({all[3]}) ==
        "Nothing to do: 1 correction is due, 1 left by mode declare. To apply it, set mode "
        "declare or enforce in the policy.\n");
  CHECK(intention({}) == "Nothing is due.\n");

  apply_row removal = all[1]; // mode declare leaves it
  removal.current = all[3].current;
  removal.mode = licensing::mode::declare;
  CHECK(intention({removal, removal}) ==
        "Nothing to do: 2 corrections are due, 2 left by mode declare. To apply them, set mode "
        "enforce in the policy.\n");
  CHECK(intention({all[3], removal}) ==
        "Nothing to do: 2 corrections are due, 2 left by mode declare. To apply them, set mode "
        "enforce in the policy, or mode declare for only 1 to declare.\n");
}

TEST_CASE("what all corrections exceed is told once, and otherwise after the reason") {
  const auto all = intended();
  const std::string words = "exceeds max_removal_share (50 % of the VMs)";
  const std::string once = "\n\nEach of them " + words + ". These guards do not bind a person.\n\n";
  const auto shown = [](const std::vector<apply_row>& lines) {
    return publish::apply_table(lines, {}, terminal{});
  };
  const std::string alike = shown({all[1], all[1]});
  CHECK(alike.find(once) != std::string::npos);
  CHECK(alike.find(words) == alike.rfind(words));
  for (const std::string& text : {shown({all[0], all[1]}), shown({all[1]})}) {
    CHECK(text.find(once) == std::string::npos);
    CHECK(text.find(" [policy: guest_os_families '*']; " + words + "\n") != std::string::npos);
  }
}

TEST_CASE("nothing is claimed about what could not be read, nor beyond a selection") {
  const auto said = [](const std::vector<publish::datacenter_row>& datacenters,
                       const publish::apply_view& of) {
    return publish::apply_table({}, datacenters, terminal{}, of);
  };
  auto seen = test::two_datacenters();
  seen.at(0).observed_at = test::at(0);
  CHECK(said(seen, {true, false}) == "Nothing is due.\n");
  CHECK(said(seen, {false, false}) ==
        "Nothing is due among the VMs that could be read; more may be due.\n");
  CHECK(said(seen, {true, true}) == "Nothing to do for this selection.\n");
  CHECK(said({}, {true, false}) == "Nothing is due.\n"); // there is none
  for (publish::datacenter_row& d : seen)
    d.observed_at.reset();
  for (const auto& unseen : {seen, {}})
    for (const bool narrowed : {false, true})
      CHECK(said(unseen, {false, narrowed}) ==
            "Nothing could be read, so what is due is unknown.\n");
}

TEST_CASE("one sentence sums up what became of them, in the colour of the worst") {
  const auto all = results();
  const terminal colour{true, true, 120};
  CHECK(sums(all) ==
        "1 declared, 1 failed, 1 inconclusive, 1 dropped, 1 under way, 1 stopped, 1 not started, 1 "
        "left by mode declare.\n");
  CHECK(sums(all, colour).starts_with("\x1b[31m"));
  CHECK(sums({all[0], all[0]}) == "2 declared.\n");
  CHECK(sums({all[0]}, colour).starts_with("\x1b[32m"));
  CHECK(sums({all[0], all[2]}) == "1 declared, 1 not started.\n");
  CHECK(sums({all[0], all[2]}, colour).starts_with("\x1b[33m"));
  CHECK(publish::results_table({}, {}, terminal{}) ==
        "Nothing was due, and nothing was changed.\n");
}

TEST_CASE("of many corrections the causes are shown before the question") {
  const auto of = [](int vms) {
    std::vector<apply_row> lines;
    for (const auto& due : test::fleet_plan(vms).corrections)
      lines.push_back(line(due, due.vm_id, due.name,
                           due.allowed
                               ? licensing::correction_state{due_state::running, {}, {}, "", {}}
                               : licensing::correction_state{
                                     due_state::reported, {}, {}, "mode 'declare' leaves it", {}}));
    return lines;
  };
  const auto shown = [&](int vms, std::size_t width) {
    return publish::apply_table(of(vms), test::two_datacenters(), {true, false, width});
  };
  CHECK(shown(20, 80) == test::expected("apply-fleet-20-80.txt"));
  CHECK(shown(1000, 80) == test::expected("apply-fleet-1000-80.txt"));
  CHECK(shown(10'000, 120) == test::expected("apply-fleet-10000-120.txt"));
}

TEST_CASE("a correction that has ended is told in one line") {
  const auto all = results();
  const auto told = [](const apply_row& l) { return publish::result_line(l, {}); };
  CHECK(told(all[0]) == "web-1 (1074): declared windows 2019 Standard\n");
  CHECK(told(all[1]) ==
        "mail.production.example (21): failed, to remove windows 2019 Standard: the "
        "task ended with 'error' (query EU.ext-2)\n");
  CHECK(publish::result_line(all[0], test::two_datacenters())
            .starts_with("web-1 (1074, pcc-192-0-2-1/12): "));
}

TEST_CASE("at 80 columns no line is longer, and no name is cut, however long") {
  auto lines = intended();
  lines[0].name = lines[2].name = std::string(70, 'x') + " end";
  for (const std::string& text :
       {publish::apply_table(lines, test::two_datacenters(), {true, false, 80}),
        publish::results_table(lines, test::two_datacenters(), {true, false, 80})}) {
    CAPTURE(text);
    CHECK(text.find("…") == std::string::npos);
    for (std::size_t from = 0, to; (to = text.find('\n', from)) != std::string::npos; from = to + 1)
      CHECK(to - from <= 80);
  }
}

TEST_CASE("a query id that the message has already is not told again") {
  auto one = results()[1];
  one.end->message = "refused (HTTP 409, query EU.ext-2)";
  const std::string text = publish::results_table(std::vector{one}, {}, terminal{});
  CHECK(text.find("  refused (HTTP 409, query EU.ext-2)\n") != std::string::npos);
}
