#include "expected.hpp"
#include "promtool.hpp"
#include "publish/metrics_text.hpp"
#include "samples.hpp"

#include <doctest/doctest.h>

#include <string>

namespace publish = ovhl::publish;
namespace test = ovhl::publish::test;

namespace {

void check_with_promtool(const std::string& metrics) {
  const test::outcome o = test::promtool("check metrics", metrics);
  CHECK(o.said == "");
  CHECK(o.status == 0);
}

} // namespace

TEST_CASE("the metrics of a daemon that has just begun have zeros, and no time that is not known") {
  CHECK(publish::metrics_text(test::starting()) == test::expected("metrics-starting.prom"));
}

TEST_CASE("the metrics of a fleet with one of everything") {
  CHECK(publish::metrics_text(test::full()) == test::expected("metrics-full.prom"));
}

TEST_CASE("promtool accepts the metrics without a word, also with names that need escapes") {
  check_with_promtool(publish::metrics_text(test::starting()));
  check_with_promtool(publish::metrics_text(test::full()));

  auto s = test::full();
  s.accounts[0].account = "a \"quoted\" \\ name\nof two lines\xFF";
  s.datacenters[0].where.account = s.accounts[0].account;
  const std::string metrics = publish::metrics_text(s);
  check_with_promtool(metrics);
  CHECK(metrics.find("{account=\"a \\\"quoted\\\" \\\\ name\\\\x0aof two "
                     "lines\xEF\xBF\xBD\",class=\"2xx\"} 12\n") != std::string::npos);
}

TEST_CASE("promtool would say something about metrics that are wrong") {
  CHECK(test::promtool("check metrics", "# TYPE x counter\nx 1\n").status != 0);
}

TEST_CASE("corrections due are counted by action and state, and whatever there is none of is 0") {
  using ovhl::licensing::action;
  using publish::due_state;
  auto s = test::starting();
  auto removal = test::missing_one();
  removal.verdict = ovhl::licensing::verdict::superfluous;
  removal.action = action::remove_license;
  removal.state = due_state::held;
  auto decide = test::review_one(); // for a person: no correction is due
  s.findings = {removal, decide, removal};
  for (const due_state state : {due_state::reported, due_state::confirming, due_state::held,
                                due_state::running, due_state::failed, due_state::done}) {
    s.findings.push_back(test::missing_one());
    s.findings.back().state = state;
  }
  const std::string metrics = publish::metrics_text(s);
  const std::string name = "\novh_licensed_corrections_due{action=\"";
  for (const char* state : {"reported", "confirming", "held", "running", "failed", "done"}) {
    CAPTURE(state);
    const std::string rest = "\",state=\"" + std::string(state) + "\"} ";
    CHECK(metrics.find(name + "setLicense" + rest + "1\n") != std::string::npos);
    CHECK(metrics.find(name + "removeLicense" + rest +
                       (std::string(state) == "held" ? "2\n" : "0\n")) != std::string::npos);
  }
}

TEST_CASE("a correction counts as held by the guard that holds it back, not once it is let go") {
  using ovhl::licensing::guard;
  using publish::due_state;
  auto s = test::starting();
  auto f = test::missing_one();
  f.guard = guard::grace;
  for (const due_state state : {due_state::confirming, due_state::held, due_state::failed,
                                due_state::running, due_state::reported, due_state::done}) {
    f.state = state;
    s.findings.push_back(f);
  }
  const std::string metrics = publish::metrics_text(s);
  for (const guard by : ovhl::licensing::all_guards) {
    const std::string sample =
        "\novh_licensed_corrections_held{guard=\"" + std::string(name(by)) + "\"} ";
    CAPTURE(sample);
    CHECK(metrics.find(sample + (by == guard::grace ? "3\n" : "0\n")) != std::string::npos);
  }
}

TEST_CASE("the oldest drift is told of each state that a correction due is in, and of no other") {
  using publish::due_state;
  const std::string name = "\novh_licensed_oldest_drift_timestamp_seconds{";
  auto s = test::starting();
  auto decide = test::review_one(); // for a person: no correction is due
  decide.since = test::at(1);
  auto done = test::missing_one();
  done.state = due_state::done;
  s.findings = {decide, done};
  CHECK(publish::metrics_text(s).find(name) == std::string::npos);

  auto one = test::missing_one();
  int since = 0;
  for (const due_state state : {due_state::reported, due_state::confirming, due_state::held,
                                due_state::running, due_state::failed}) {
    one.state = state;
    since += 10;
    for (const int more : {5, 0, 7}) {
      one.since = test::at(since + more);
      s.findings.push_back(one);
    }
  }
  const std::string metrics = publish::metrics_text(s);
  for (const char* sample : {"state=\"reported\"} 1795211290\n",
                             "state=\"confirming\"} 1795211300\n", "state=\"held\"} 1795211310\n",
                             "state=\"running\"} 1795211320\n", "state=\"failed\"} 1795211330\n"}) {
    CAPTURE(sample);
    CHECK(metrics.find(name + sample) != std::string::npos);
  }
  CHECK(metrics.find(name + "state=\"done\"") == std::string::npos);
}

TEST_CASE("the interval of the settings in force is told, once there are any") {
  auto s = test::starting();
  s.poll_interval = std::chrono::hours(24);
  CHECK(publish::metrics_text(s).find("\novh_licensed_poll_interval_seconds 86400\n") !=
        std::string::npos);
  s.poll_interval = {};
  CHECK(publish::metrics_text(s).find("poll_interval") == std::string::npos);
}

TEST_CASE("the ledger is writable unless something is wrong with it") {
  auto s = test::starting();
  CHECK(publish::metrics_text(s).find("\novh_licensed_ledger_writable 1\n") != std::string::npos);
  s.ledger.problem = "the disk is full";
  CHECK(publish::metrics_text(s).find("\novh_licensed_ledger_writable 0\n") != std::string::npos);
}

TEST_CASE("a ledger that is yielded to apply is no less writable") {
  auto s = test::starting();
  CHECK(publish::metrics_text(s).find("\novh_licensed_ledger_yielded 0\n") != std::string::npos);
  s.ledger.yielded_to = "apply by alice";
  CHECK(publish::metrics_text(s).find("\novh_licensed_ledger_yielded 1\n") != std::string::npos);
  CHECK(publish::metrics_text(s).find("\novh_licensed_ledger_writable 1\n") != std::string::npos);
}

TEST_CASE("the next expiry is the end of the last day of the first exemption that still applies") {
  using namespace std::chrono_literals;
  auto s = test::starting();
  s.exemptions = {{"a", "", ovhl::day(2026y / 10 / 31), 1, true},
                  {"b", "", ovhl::day(2027y / 1 / 1), 1, false},
                  {"c", "", ovhl::day(2026y / 12 / 31), 0, false},
                  {"d", "", {}, 1, false}};
  // 2027-01-01T00:00:00Z
  CHECK(publish::metrics_text(s).find(
            "\novh_licensed_exemption_next_expiry_timestamp_seconds 1798761600\n") !=
        std::string::npos);
}
