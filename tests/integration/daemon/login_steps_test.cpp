// How login ends: the check, a first look, and what to do next where one stands.
#include "logging_in.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <csignal>
#include <string>
#include <utility>
#include <vector>

using namespace ovhl::test;

namespace {

outcome logged_in(stage& s, std::vector<std::string> arguments = {"login"}) {
  s.write("ovh.conf", section(s), 0600);
  process& login = confirmed(s, s.command(std::move(arguments)));
  const int status = login.wait_for_end().status;
  return {status, login.out(), login.err()};
}

// From "What to do next" on.
std::string steps_of(const outcome& o) {
  const auto at = o.out.find("What to do next\n");
  return at == std::string::npos ? std::string() : o.out.substr(at);
}

constexpr const char* looked =
    "9 VMs: 2 right, 1 undeclared (audit risk), 1 wrong, 1 billed for nothing, 2 need a decision, "
    "1 exempt, 1 managed by OVHcloud; nothing was changed.\n";

constexpr const char* start_reading =
    "What to do next\n"
    "COMMAND                       WHAT IT DOES\n"
    "ovh-licensed plan             shows what would be corrected, and changes nothing\n"
    "systemctl start ovh-licensed  starts the service; it only reports\n";
constexpr const char* review_and_restart =
    "What to do next\n"
    "COMMAND                              WHAT IT DOES\n"
    "ovh-licensed plan --out plan.json    writes the plan; changes nothing\n"
    "ovh-licensed apply --plan plan.json  applies exactly this plan, once it has been reviewed\n"
    "systemctl restart ovh-licensed       last: restarts the service with the new key; it then "
    "corrects on its own\n";

} // namespace

TEST_CASE("before the service was ever started, login leads to plan, then start") {
  stage s;
  const outcome o = logged_in(s);
  CHECK(o.status == 0);
  CHECK(contains(o.out, "\naccount main\n  ok      the consumer key is valid\n"));
  INFO(o.out);
  CHECK(contains(o.out, looked));
  CHECK(steps_of(o) == start_reading);
  CHECK(s.posts().size() == 1); // the key was asked for, and nothing else
}

TEST_CASE("beside a service that only reports, login leads to restart and the next plan") {
  stage s;
  s.daemon_at_rest();
  const outcome o = logged_in(s);
  CHECK(o.status == 0);
  CHECK(steps_of(o) == "What to do next\n"
                       "COMMAND                         WHAT IT DOES\n"
                       "systemctl restart ovh-licensed  restarts the service with the new key; it "
                       "still only reports\n"
                       "ovh-licensed status             shows what the service sees\n"
                       "ovh-licensed plan               shows what would be corrected; if it is "
                       "right, set mode: declare in the policy and log in again\n");
}

TEST_CASE("a key that may only read lets nothing begin, whatever the policy's mode") {
  stage s;
  s.daemon_at_rest();
  s.write("policy.yaml", policy_that("enforce"));
  const outcome o = logged_in(s, {"login", "--read-only"});
  CHECK(o.status == 0);
  CHECK(contains(steps_of(o), "to allow it, log in again without --read-only\n"));
}

TEST_CASE("where the configuration forbids corrections, login says how they are allowed") {
  stage s;
  configuration c;
  c.corrections = "off";
  s.configure(c);
  s.write("policy.yaml", policy_that("enforce"));
  s.daemon_at_rest();
  CHECK(contains(steps_of(logged_in(s)), "to allow it, set corrections: on in config.yaml\n"));
}

TEST_CASE("login says no restart before the plan was reviewed where the service would correct") {
  for (const auto* const mode : {"declare", "enforce"}) {
    CAPTURE(mode);
    stage s;
    s.daemon_at_rest(); // with what only reports
    s.write("policy.yaml", policy_that(mode));
    const outcome o = logged_in(s);
    CHECK(o.status == 0);
    CHECK(steps_of(o) == review_and_restart);
    CHECK(o.out.find("restart") > o.out.find("apply --plan"));
  }
}

TEST_CASE("a service that was stopped or has died is started, after the plan was reviewed") {
  for (const bool dies : {false, true}) {
    CAPTURE(dies);
    stage s;
    process& daemon = s.daemon_at_rest();
    if (dies)
      daemon.kill();
    else
      daemon.signal(SIGTERM);
    daemon.wait_for_end();
    s.write("policy.yaml", policy_that("declare"));
    const outcome o = logged_in(s);
    CHECK(contains(steps_of(o), "\nsystemctl start ovh-licensed "));
    CHECK_FALSE(contains(o.out, "restart"));
  }
}

TEST_CASE("a status file that is none is not believed") {
  for (const bool pipe : {false, true}) {
    CAPTURE(pipe);
    stage s;
    s.write("policy.yaml", policy_that("declare"));
    if (pipe)
      REQUIRE(::mkfifo(s.path("status.json").c_str(), 0644) == 0);
    else
      s.write("status.json", "{\"schema\": 1, \"daemon\": \x1b[2J");
    const outcome o = logged_in(s);
    CHECK(o.status == 0);
    CHECK(contains(o.err, "note: cannot tell whether the service is running: status.json: "));
    CHECK_FALSE(contains(o.out + o.err, "\x1b"));
    CHECK(steps_of(o) == review_and_restart);
  }
}

TEST_CASE("a check that fails after the key was kept is said, and the key stays") {
  stage s;
  s.api.arm(refusal("/dedicatedCloud"));
  const outcome o = logged_in(s);
  CHECK(o.status == 3);
  CHECK(contains(o.out, "  WRONG   "));
  INFO(o.out);
  CHECK(contains(o.out, "\nNo VM could be read: "));
  CHECK(contains(o.err, "ovh-licensed: the key was saved, but the check found problems\n"));
  CHECK(steps_of(o) ==
        "What to do next\n"
        "COMMAND                      WHAT IT DOES\n"
        "ovh-licensed check --online  tries the key again, once the problems above are solved\n");
  CHECK(contains(s.content("ovh.conf"), s.api.issued_consumer_keys().front()));
}

TEST_CASE("an account is looked at by itself, whether or not the others have credentials") {
  stage s;
  s.write(
      "config.yaml",
      fmt::format("policy: policy.yaml\naccounts:\n"
                  "  - {{name: main, endpoint: '{}', credentials_file: ovh.conf, ca_file: '{}'}}\n"
                  "  - {{name: lab, endpoint: ovh-ca, credentials_file: none.conf}}\n"
                  "status: {{file: status.json}}\nledger: ledger.db\n",
                  s.api.endpoint(), s.api.ca_file().string()));
  const outcome o = logged_in(s, {"login", "--account", "main"});
  CHECK(o.status == 0);
  INFO(o.out);
  CHECK(contains(o.out, looked));
  CHECK_FALSE(contains(o.out, "account lab"));
}
