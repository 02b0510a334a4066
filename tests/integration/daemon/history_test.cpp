// history: what the ledger tells of a VM, and of the fleet.
#include "json_schema.hpp"
#include "stage.hpp"
#include "support/file_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <csignal>
#include <iterator>
#include <regex>
#include <set>

using namespace ovhl::test;
namespace json = boost::json;

namespace {

void correct_something(stage& s) {
  s.write("policy.yaml", policy_that("enforce"));
  REQUIRE(s.run({"apply", "--yes"}).status == 0);
}

std::size_t widest(const std::string& text) {
  std::size_t most = 0, from = 0;
  for (std::size_t to = 0; (to = text.find('\n', from)) != std::string::npos; from = to + 1)
    most = std::max(most, to - from);
  return most;
}

std::set<std::string> kinds(const json::value& all) {
  std::set<std::string> found;
  for (const json::value& e : all.at("events").as_array())
    found.emplace(e.at("kind").as_string());
  return found;
}

} // namespace

TEST_CASE("history tells of one VM how it was seen and what was corrected") {
  stage s;
  correct_something(s);
  const outcome o = s.run({"history", "WEB-2"});
  CHECK(o.status == 0);
  CHECK(o.err == "");
  CHECK(contains(o.out, "missing: license none, expected 'windows 2022 Standard'"));
  CHECK(contains(o.out, "declare 'windows 2022 Standard', by "));
  CHECK(contains(o.out, "; accepted, task "));
  CHECK(contains(o.out, "; done at "));
  CHECK_FALSE(contains(o.out, "tux-2"));
  CHECK(s.run({"history", "2"}).out == o.out); // its id
}

TEST_CASE("history fits a terminal of 80 columns") {
  stage s;
  correct_something(s);
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"history"}, {"history", "web-2"}}) {
    const outcome o = s.run_as(at_terminal(s.command(command)));
    CHECK(o.status == 0);
    CHECK(widest(std::regex_replace(o.out, std::regex("\x1b\\[[0-9;]*m"), "")) <= 81); // and a CR
  }
}

TEST_CASE("history without a VM tells everything that changed, as its schema says") {
  stage s;
  correct_something(s);
  const json::value schema = json::parse(file_text(OVHL_SOURCE_DIR "/config/history.schema.json"));
  const outcome o = s.run({"history", "--json"});
  CHECK(o.status == 0);
  const json::value all = json::parse(o.out);
  for (const std::string& wrong : mistakes(all, schema))
    CHECK(wrong == "");
  CHECK(
      (kinds(all) == std::set<std::string>{"started", "policy", "state", "correction", "stopped"}));
  const json::value none = json::parse(s.run({"history", "--json", "--since", "2999-01-01"}).out);
  CHECK(none.at("events").as_array().empty());
  CHECK(none.at("since") == "2999-01-01T00:00:00Z");
  CHECK(json::parse(s.run({"history", "--json", "--since", "7d"}).out).at("events") ==
        all.at("events"));
}

TEST_CASE("history of the fleet tells the first look in one line") {
  stage s;
  correct_something(s);
  const outcome o = s.run({"history"});
  CHECK(contains(o.out, " VMs first seen, in 2 datacenters\n"));
  const outcome newest = s.run({"history", "--limit", "1"});
  CHECK(newest.status == 0);
  CHECK(contains(newest.out, "\nThe newest 1 of "));
  CHECK(s.run({"history", "--limit", "0"}).status == 1);
}

TEST_CASE("history can be read beside the daemon") {
  stage s;
  process& daemon = s.daemon_at_rest();
  const outcome o = s.run({"history"});
  CHECK(o.status == 0);
  CHECK(contains(o.out, "run started, version "));
  daemon.signal(SIGUSR1);
  s.wait_for_poll(daemon, 2);
  CHECK(text(s.status(), "/daemon/state") == "ok");
}

TEST_CASE("history says what it does not know") {
  stage s;
  correct_something(s);
  const outcome vm = s.run({"history", "web-22"});
  CHECK(vm.status == 1);
  CHECK(vm.err == "ovh-licensed: no VM in the ledger has the name or ID 'web-22'; did you mean "
                  "'web-2'?\n");
  const outcome since = s.run({"history", "--since", "yesterday"});
  CHECK(since.status == 1);
  CHECK(since.err == "ovh-licensed: --since: 'yesterday' is neither a duration such as 7d nor a "
                     "date such as 2027-01-31\n");
}
