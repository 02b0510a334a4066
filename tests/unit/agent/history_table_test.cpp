// The table of `history`: what changed in a fleet, and its newest lines.
#include "agent/history_json.hpp"
#include "agent/history_table.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <string>
#include <vector>

using namespace ovhl;
using licensing::verdict;

namespace {

constexpr instant at(int seconds) { return instant(std::chrono::seconds(1795211280 + seconds)); }

ledger::event seen(int when, std::int64_t vm, std::optional<verdict> before,
                   licensing::occasion why) {
  ledger::event e;
  e.number = vm;
  e.at = at(when);
  e.where = {"main", "pcc-1", 1 + vm % 2};
  e.vm = vm;
  e.name = fmt::format("vm-{}", vm);
  ledger::was_seen state;
  state.before = before;
  state.as.occasion = why;
  e.what = state;
  return e;
}

std::vector<ledger::event> of_a_fleet() {
  std::vector<ledger::event> all;
  for (int vm = 1; vm <= 10'000; ++vm)
    all.push_back(seen(vm > 5000 ? 1 : 0, vm, std::nullopt, licensing::occasion::first_look));
  all.push_back(seen(60, 10'001, std::nullopt, licensing::occasion::new_vm));
  all.push_back(seen(90, 7, verdict::missing, licensing::occasion::first_look));
  return all;
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace

TEST_CASE("of a fleet the first looks are one line, and a VM that is new later has its own") {
  const auto all = of_a_fleet();
  const std::string text = agent::history_table(all, false, {}, {});
  CAPTURE(text);
  CHECK(lines(text) == 4);
  CHECK(text.find("\n2026-11-20 21:48:00Z  main              10,000 VMs first seen, in 2 "
                  "datacenters\n") != std::string::npos);
  CHECK(text.find("vm-10001 (10001)") != std::string::npos);
  CHECK(text.find("vm-7 (7)") != std::string::npos);
}

TEST_CASE("the first look at one VM is shown") {
  const std::vector all{seen(0, 7, std::nullopt, licensing::occasion::first_look)};
  CHECK(agent::history_table(all, true, {}, {}).find("guest OS unknown") != std::string::npos);
}

TEST_CASE("with a limit the newest events are shown, and how many there are") {
  const auto all = of_a_fleet();
  const std::string text = agent::history_table(all, false, 1, {});
  CHECK(text.find("vm-7 (7)") != std::string::npos);
  CHECK(text.find("vm-10001") == std::string::npos);
  CHECK(text.ends_with("\nThe newest 1 of 3 events; raise --limit to see more.\n"));
  CHECK(agent::history_table(all, false, 3, {}) == agent::history_table(all, false, {}, {}));
  const std::string json = agent::history_json(all, "ledger.db", {}, 2);
  CHECK(json.find("\"left_out\": 10000,") != std::string::npos);
  CHECK(json.find("\"name\": \"vm-10001\"") != std::string::npos);
}
