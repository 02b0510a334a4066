// What a person at a terminal sees.
#include "base/text.hpp"
#include "stage.hpp"
#include "support/fleets.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <regex>

using namespace ovhl::test;
namespace sim = ovhl::sim;

namespace {

std::string without_colour(const std::string& text) {
  return std::regex_replace(text, std::regex("\x1b\\[[0-9;]*m"), "");
}

bool coloured(const std::string& text) { return contains(text, "\x1b["); }

std::size_t widest(const std::string& text) {
  std::size_t most = 0;
  for (std::string line : lines(without_colour(text))) {
    std::erase(line, '\r');
    most = std::max(most, ovhl::columns(line));
  }
  return most;
}

} // namespace

TEST_CASE("on a terminal plan is in colour and no wider than it") {
  stage s;
  constexpr std::array<unsigned short, 3> widths{60, 80, 120};
  for (const auto width : widths) {
    CAPTURE(width);
    const outcome o = s.run_as(at_terminal(s.command({"plan"}), width));
    CHECK(o.status == 2);
    CHECK(coloured(o.out));
    CHECK(widest(o.out) <= width);
    CHECK(contains(without_colour(o.out), "web-2"));
  }
}

TEST_CASE("the plan of a thousand VMs, and the question of apply, are a screen of causes") {
  stage s({.fleet = pcc_1(
               "{vmId: 1000, name: web, guestOsFamily: windows2019srvNext_64Guest, count: 500}, "
               "{vmId: 5000, name: tux, guestOsFamily: debian11_64Guest, license: windows 2022 "
               "Standard, count: 500}")});
  s.write("policy.yaml", policy_that("declare"));
  constexpr std::array<unsigned short, 3> widths{80, 120, 200};
  for (const auto width : widths) {
    CAPTURE(width);
    const outcome o = s.run_as(at_terminal(s.command({"plan"}), width));
    CHECK(o.status == 2);
    CHECK(widest(o.out) <= width);
    CHECK(lines(o.out).size() <= 24);
    const std::string text = without_colour(o.out);
    CHECK(contains(text, "Would be made: 500 corrections\r\n"));
    CHECK(contains(text, "Left by mode declare: 500 corrections\r\n"));
  }
  launch how = at_terminal(s.command({"apply"}), 80);
  process& it = s.start(how);
  it.wait_until("its question", [&] { return contains(it.out(), "? [y/N] "); });
  CHECK(contains(it.out(), "\nApply these 500 corrections? [y/N] "));
  CHECK(widest(it.out()) <= 80);
  CHECK(lines(it.out()).size() <= 24);
  it.type("n\n");
  CHECK(it.wait_for_end().status == 2);
  CHECK(s.posts().empty());
}

TEST_CASE("status fits the terminal too") {
  stage s;
  s.daemon_at_rest();
  const outcome o = s.run_as(at_terminal(s.command({"status"})));
  CHECK(o.status == 2);
  CHECK(coloured(o.out));
  CHECK(widest(o.out) <= 80);
}

TEST_CASE("there is no colour where NO_COLOR is set, where the terminal has none, or in a pipe") {
  stage s;
  launch how = at_terminal(s.command({"plan"}));
  how.environment["NO_COLOR"] = "1";
  outcome o = s.run_as(how);
  CHECK_FALSE(coloured(o.out));
  CHECK(widest(o.out) <= 80);

  how = at_terminal(s.command({"plan"}));
  how.environment["TERM"] = "dumb";
  o = s.run_as(how);
  CHECK_FALSE(coloured(o.out));
  CHECK(widest(o.out) <= 80);

  how = s.command({"plan"});
  how.environment["TERM"] = "xterm-256color";
  o = s.run_as(how);
  CHECK_FALSE(coloured(o.out));
  CHECK(widest(o.out) > 80); // a row is a line
}

TEST_CASE("an empty NO_COLOR forbids nothing") {
  stage s;
  launch how = at_terminal(s.command({"plan"}));
  how.environment["NO_COLOR"] = "";
  CHECK(coloured(s.run_as(how).out));
}

TEST_CASE("a mistake in a file is shown with its line and a caret") {
  stage s;
  s.write("policy.yaml", "mode: report\nrulse: []\n");
  const outcome o = s.run_as(at_terminal(s.command({"check"})));
  CHECK(o.status == 1);
  CHECK(without_colour(o.out) == "policy.yaml:2:1: unknown key 'rulse'; did you mean 'rules'?\r\n"
                                 "   2 | rulse: []\r\n"
                                 "     | ^\r\n");
  CHECK(coloured(o.out));
}

TEST_CASE("the daemon's log on a terminal tells the time of day") {
  stage s;
  process& daemon = s.start(at_terminal(s.command({"run"})));
  daemon.wait_until("its first poll", [&] { return contains(daemon.out(), "poll 1: "); });
  CHECK(std::regex_search(daemon.out(), std::regex("^\\d\\d:\\d\\d:\\d\\d info  ovh-licensed ")));
}

TEST_CASE("who waits longer than two seconds at a terminal sees how long it still takes") {
  sim::options slow = compliant(30);
  slow.behaviour.latency = std::chrono::milliseconds(100);
  stage s(slow);
  configuration c;
  c.api = "{requests_per_minute: 0, connections: 1, listing: each}";
  s.configure(c);
  process& piped = s.start(s.command({"plan"})); // meanwhile
  const outcome o = s.run_as(at_terminal(s.command({"plan"})));
  CHECK(o.status == 0);
  CHECK(std::regex_search(o.out, std::regex("\rlooking at VMs: \\d+ of 30, \\d+ %, \\d+ s left")));
  const std::string last = o.out.substr(o.out.rfind("looking at VMs"));
  CHECK(std::regex_search(last, std::regex("\r +\r"))); // it was wiped
  CHECK(contains(last, "Nothing is due."));

  CHECK(piped.wait_for_end().status == 0); // nobody is shown progress in a pipe
  CHECK(piped.err() == "");
}
