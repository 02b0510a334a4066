// The daemon corrects: what it makes, what it says of it, and that it makes nothing it may not.
#include "metrics.hpp"
#include "stage.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>

using namespace ovhl::test;
namespace json = boost::json;
namespace sim = ovhl::sim;

namespace {

using strings = std::vector<std::string>;

double metric(const stage& s, const std::string& series) {
  return metrics(s.content("metrics.prom")).value(series);
}

std::string counter(std::string_view action, std::string_view outcome) {
  return fmt::format(R"(ovh_licensed_corrections_total{{action="{}",outcome="{}"}})", action,
                     outcome);
}

std::string held(std::string_view guard) {
  return fmt::format(R"(ovh_licensed_corrections_held{{guard="{}"}})", guard);
}

void enforce(const stage& s, std::string_view guards = "confirm_polls: 1, grace: 0s") {
  s.write("policy.yaml", policy_that("enforce", guards));
}

} // namespace

TEST_CASE("the daemon corrects what the policy enforces, and tells it everywhere") {
  stage s;
  enforce(s);
  process& daemon = s.start_daemon();
  json::value status = s.wait_for_corrections(daemon, 3);
  CHECK(s.license(2) == "\"windows 2022 Standard\"");
  CHECK(s.license(4) == "null");
  CHECK(s.license(5) == "\"windows 2019 Standard\"");
  CHECK(s.posts().size() == 3);

  for (const json::value& c : status.at("corrections").as_array()) {
    CHECK(text(c, "/outcome") == "done");
    CHECK(is_time(text(c, "/at")));
    CHECK(number(c, "/task_id") > 0);
    const auto vm = number(c, "/vm_id");
    CHECK(text(c, "/action") == (vm == 4 ? "removeLicense" : "setLicense"));
    CHECK(text(c, "/from") == (vm == 2 ? "null" : "windows 2022 Standard"));
    CHECK(text(c, "/to") == (vm == 4   ? "null"
                             : vm == 2 ? "windows 2022 Standard"
                                       : "windows 2019 Standard"));
    CHECK(text(finding(status, vm), "/state") == "done");
  }
  s.wait_for_metric(daemon, counter("setLicense", "done"), 2);
  CHECK(metric(s, counter("removeLicense", "done")) == 1);
  CHECK(metric(s, counter("setLicense", "failed")) == 0);
  CHECK(metric(s, "ovh_licensed_ledger_last_record_timestamp_seconds") > 1e9);
  const strings log = messages(daemon.err());
  const auto told = [&](std::string_view line) {
    return std::count_if(log.begin(), log.end(),
                         [&](const std::string& l) { return l.starts_with(line); });
  };
  CHECK(told("info  done: declare windows 2022 Standard on web-2 (2 in pcc-1/12), task ") == 1);
  CHECK(told("info  done: replace by windows 2019 Standard on old-1 (5 in pcc-1/12), task ") == 1);
  CHECK(told("info  done: remove windows 2022 Standard on tux-2 (4 in pcc-1/12), task ") == 1);

  s.poll_again(daemon, 2);
  status = s.status();
  CHECK(text(status, "/daemon/state") == "ok");
  for (const char* verdict : {"/summary/missing", "/summary/wrong", "/summary/superfluous"})
    CHECK(number(status, verdict) == 0);
  CHECK(s.run({"status"}).status == 0);
  CHECK(s.posts().size() == 3);
  CHECK(s.api.violations() == strings{});
}

TEST_CASE("in mode declare the daemon adds what is missing, and nothing else") {
  stage s;
  s.write("policy.yaml", policy_that("declare"));
  process& daemon = s.start_daemon();
  const json::value status = s.wait_for_corrections(daemon, 1);
  CHECK(s.license(2) == "\"windows 2022 Standard\"");
  CHECK(text(finding(status, 4), "/state") == "reported");
  CHECK(text(finding(status, 5), "/state") == "reported");
  s.poll_again(daemon, 2);
  CHECK(s.posts().size() == 1);
  CHECK(s.run({"status"}).status == 2);
}

TEST_CASE("where corrections are off the daemon sends none, whatever the policy says") {
  stage s;
  enforce(s);
  configuration c;
  c.corrections = "off";
  s.configure(c);
  process& daemon = s.daemon_at_rest();
  for (int poll = 2; poll <= 4; ++poll)
    s.poll_again(daemon, poll);
  for (const std::int64_t vm : {2, 4, 5})
    CHECK(text(finding(s.status(), vm), "/state") == "reported");
  CHECK(s.posts().empty());
}

TEST_CASE("drift is corrected when it was seen in as many polls as the policy wants") {
  stage s;
  enforce(s, "confirm_polls: 3, grace: 0s");
  process& daemon = s.daemon_at_rest();
  for (int poll = 1; poll <= 2; ++poll) {
    const json::value f = finding(s.status(), 2);
    CHECK(text(f, "/state") == "confirming");
    CHECK(text(f, "/guard") == "confirm_polls");
    CHECK(text(f, "/error") == fmt::format("seen in {} of 3 polls", poll));
    CHECK(metric(s, held("confirm_polls")) == 3);
    CHECK(s.posts().empty());
    s.poll_again(daemon, poll + 1);
  }
  s.wait_for_corrections(daemon, 3);
  s.wait_for_metric(daemon, held("confirm_polls"), 0);
}

TEST_CASE("what a guard holds back stands in status and metrics with its guard and until when") {
  stage s;
  enforce(s, "confirm_polls: 1, grace: 1h");
  process& daemon = s.daemon_at_rest();
  const json::value f = finding(s.status(), 2);
  CHECK(text(f, "/state") == "confirming");
  CHECK(text(f, "/guard") == "grace");
  CHECK(is_time(text(f, "/until")));
  CHECK(metric(s, held("grace")) == 3);
  s.poll_again(daemon, 2);
  CHECK(s.posts().empty());
}

TEST_CASE("grace goes on over a restart") {
  stage s;
  enforce(s, "confirm_polls: 1, grace: 1h");
  process& first = s.daemon_at_rest();
  const std::string until = text(finding(s.status(), 2), "/until");
  first.signal(SIGTERM);
  first.wait_for_end();
  process& second = s.start_daemon();
  s.wait_for_state(second, "ok");
  CHECK(text(finding(s.status(), 2), "/until") == until);
}

TEST_CASE("a reload to enforce begins to correct, and one to report ends it") {
  stage s;
  process& daemon = s.daemon_at_rest();
  CHECK(text(finding(s.status(), 2), "/state") == "reported");
  enforce(s);
  daemon.signal(SIGHUP);
  s.wait_for_corrections(daemon, 3);
  CHECK(s.posts().size() == 3);

  s.write("policy.yaml", good_policy());
  daemon.signal(SIGHUP);
  daemon.wait_for_line("reloaded: mode report");
  s.wait_for_poll(daemon, 3);
  s.api.control("PATCH", "/control/vms/2", R"({"license": null})");
  s.poll_again(daemon, 4);
  CHECK(text(finding(s.status(), 2), "/state") == "reported");
  CHECK(s.posts().size() == 3);
}

TEST_CASE("a correction that fails is told with its next try, and not tried before") {
  stage s;
  s.configure(impatient());
  s.write("policy.yaml", policy_that("declare"));
  s.api.control("POST", "/control/outcomes", R"({"outcome": "error"})");
  process& daemon = s.start_daemon();
  s.wait_for_finding(daemon, 2, "failed");
  daemon.wait_for_line("warning failed: declare windows 2022 Standard on web-2 (2 in pcc-1/12)");
  s.wait_for_metric(daemon, counter("setLicense", "failed"), 1);
  for (int poll = 2; poll <= 3; ++poll) {
    s.poll_again(daemon, poll);
    const json::value f = finding(s.status(), 2);
    CHECK(text(f, "/state") == "failed");
    CHECK(text(f, "/guard") == "retry_after");
    CHECK(is_time(text(f, "/until")));
    CHECK(contains(text(f, "/error"), "; next try 20"));
    CHECK(metric(s, held("retry_after")) == 1);
  }
  CHECK(s.posts().size() == 1);
}

TEST_CASE("a service without Windows licenses is said once, and nothing is set there") {
  stage s;
  enforce(s);
  s.api.control("PATCH", "/control/services/pcc-1", R"({"spla": false})");
  process& daemon = s.start_daemon();
  const json::value status = s.wait_for_corrections(daemon, 1); // what is removed needs none
  CHECK(text(status, "/corrections/0/vm_id") == "4");
  CHECK(text(finding(status, 2), "/state") == "held");
  CHECK(text(finding(status, 2), "/guard") == "spla");
  s.poll_again(daemon, 2);
  CHECK(count(daemon.err(), "error account main: pcc-1: Windows licenses are not activated on this "
                            "service") == 1);
  CHECK(s.posts().size() == 1);
}

TEST_CASE("a second daemon is refused and told of the first") {
  stage s;
  process& first = s.daemon_at_rest();
  s.api.forget_requests();
  const outcome o = s.run({"run"});
  CHECK(o.status == 75); // after which systemd tries again
  CHECK(contains(o.err, fmt::format(" error ledger.db: the ledger is in use by ovh-licensed run "
                                    "(process {}, since ",
                                    first.id())));
  CHECK(contains(o.err, "stop the service first: systemctl stop ovh-licensed\n"));
  CHECK(s.api.requests().empty());
  CHECK(text(s.status(), "/daemon/pid") == fmt::to_string(first.id())); // its status stands
}
