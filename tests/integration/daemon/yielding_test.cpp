// apply beside the running service: the daemon yields the ledger to it and takes it back.
#include "metrics.hpp"
#include "yielding.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <csignal>
#include <filesystem>

using namespace ovhl::test;
using ovhl::descriptor;
namespace json = boost::json;
namespace sim = ovhl::sim;

TEST_CASE("the running service pauses for apply, which makes what is due, and goes on") {
  stage s;
  process& daemon = daemon_that_waits(s);
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 0);
  CHECK(contains(o.out, "\n1 declared, 1 replaced, 1 removed.\n"));
  const auto said = lines(o.err);
  REQUIRE(said.size() == 3);
  CHECK(said[0] == "Asking the running service to pause (this takes 17 s at most) …");
  CHECK(said[1] == "The service has paused.");
  CHECK(said[2] == "The ledger is free again; a running service resumes within seconds.");
  daemon.wait_for_line(" asks for the ledger; no new corrections will start");
  daemon.wait_for_line(yielded);
  wait_until_taken_back(s, daemon);
  const json::value now = s.wait_for_corrections(daemon, 3); // which it has from the ledger
  CHECK(text(now, "/corrections/0/outcome") == "done");
  s.wait_for_status(daemon, "one in which nothing is due",
                    [](const json::value& v) { return number(v, "/summary/missing") == 0; });
  each_is_posted_once(s);
  CHECK(count(daemon.err(), " error ") == 0); // nothing of it is a problem
  ends_well(s, daemon);
}

TEST_CASE("while apply waits for its answer the daemon looks and publishes, and corrects nothing") {
  stage s;
  process& daemon = daemon_that_waits(s);
  process& it = asking(s);
  CHECK(contains(it.out(), asks));
  daemon.wait_for_line(yielded);
  const std::string& said = daemon.err();
  const auto name = said.substr(said.find(yielded) + std::string_view(yielded).size());
  const std::string whom = name.substr(0, name.find('\n'));

  json::value now = s.status();
  CHECK(text(now, "/ledger/yielded_to") == "apply by " + whom);
  for (std::int64_t poll = number(now, "/poll/number"), last = poll + 6; poll < last; ++poll)
    s.poll_again(daemon, poll + 1);
  now = s.status();
  CHECK(text(now, "/daemon/state") == "ok");
  CHECK(text(now, "/ledger/writable") == "true");
  CHECK(text(finding(now, 2), "/state") == "held");
  CHECK(text(finding(now, 2), "/guard") == "ledger");
  CHECK(text(finding(now, 2), "/error") == "yielded to apply by " + whom);
  CHECK(contains(s.content("metrics.prom"), "\novh_licensed_ledger_yielded 1\n"));
  CHECK(contains(s.content("metrics.prom"), "\novh_licensed_ledger_writable 1\n"));
  CHECK(contains(s.run({"status"}).out, "yielded to apply by " + whom));
  CHECK(s.posts().empty());

  it.type("n\n");
  CHECK(it.wait_for_end().status == 2);
  CHECK(contains(it.out(), "The ledger is free again; a running service resumes within seconds."));
  wait_until_taken_back(s, daemon);
  s.wait_for_corrections(daemon, 3); // it has seen them often enough
  each_is_posted_once(s);
  CHECK(contains(s.content("metrics.prom"), "\novh_licensed_ledger_yielded 0\n"));
  ends_well(s, daemon);
}

TEST_CASE("a second apply is refused while one has the ledger, and while one asks for it") {
  stage s;
  process& daemon = daemon_that_waits(s);
  daemon.signal(SIGSTOP);
  process& first = s.start(s.command({"apply", "--yes"}));
  first.wait_for_line(asks);
  outcome second = s.run({"apply", "--yes"});
  CHECK(second.status == 1);
  CHECK(contains(second.err, fmt::format("the ledger is in use by ovh-licensed apply (process {}, ",
                                         first.id())));
  daemon.signal(SIGCONT);
  CHECK(first.wait_for_end().status == 0);
  wait_until_taken_back(s, daemon);

  s.api.control("PATCH", "/control/vms/2", R"({"license": null})");
  process& third = asking(s);
  second = s.run({"apply", "--yes"});
  CHECK(second.status == 1);
  CHECK(contains(second.err, fmt::format("the ledger is in use by ovh-licensed apply (process {}, ",
                                         third.id())));
  third.type("n\n");
  third.wait_for_end();
  wait_until_taken_back(s, daemon);
  ends_well(s, daemon);
}

TEST_CASE("a reload while the daemon has yielded is in force, and lets nothing begin") {
  stage s;
  process& daemon = daemon_that_waits(s);
  process& it = asking(s);
  daemon.wait_for_line(yielded);
  s.write("policy.yaml", policy_that("enforce")); // by which it would begin at once
  const auto poll = number(s.status(), "/poll/number");
  daemon.signal(SIGHUP);
  daemon.wait_for_line("reloaded: mode enforce");
  s.wait_for_poll(daemon, poll + 1);
  CHECK(text(finding(s.status(), 2), "/guard") == "ledger");
  CHECK(s.posts().empty());
  it.kill();
  wait_until_taken_back(s, daemon);
  s.wait_for_corrections(daemon, 3);
  each_is_posted_once(s);
  ends_well(s, daemon);
}

TEST_CASE("a daemon in the middle of a look yields, and begins nothing by what it has seen") {
  stage s;
  s.configure(impatient());
  wait_for_a_person(s);
  process& daemon = s.daemon_at_rest();
  s.write("policy.yaml", policy_that("enforce"));
  sim::fault slow;
  slow.path = "/dedicatedCloud";
  slow.kind = "hang";
  s.api.arm(slow);
  s.api.forget_requests();
  daemon.signal(SIGHUP); // looks, and waits for an answer
  s.wait_for_requests(daemon, 1, "/dedicatedCloud");
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 0);
  wait_until_taken_back(s, daemon);
  each_is_posted_once(s);
  ends_well(s, daemon);
}

TEST_CASE("asked again and again, the daemon yields each time") {
  stage s;
  process& daemon = daemon_that_waits(s);
  for (int i = 0; i < 3; ++i) {
    CAPTURE(i);
    s.api.control("PATCH", "/control/vms/2", R"({"license": null})");
    const outcome o = s.run({"apply", "--yes"});
    CHECK(o.status == 0);
    CHECK(contains(o.out, "\n1 declared"));
    const bool at_once = i == 0; // the second comes before the daemon has taken it back, mostly
    if (!at_once) wait_until_taken_back(s, daemon);
  }
  CHECK(s.api.violations() == std::vector<std::string>{});
  ends_well(s, daemon);
}

TEST_CASE("a claim's file that was removed is made again, and asking still works") {
  stage s;
  process& daemon = daemon_that_waits(s);
  std::filesystem::remove(s.path("ledger.db.wanted"));
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 0);
  CHECK(contains(o.err, paused));
  wait_until_taken_back(s, daemon);
  ends_well(s, daemon);
}

TEST_CASE("who may only read the claim's file asks for nothing") {
  stage s;
  process& daemon = daemon_that_waits(s);
  const descriptor file(::open(s.path("ledger.db.wanted").c_str(), O_RDONLY | O_CLOEXEC));
  struct flock reading{};
  reading.l_type = F_RDLCK;
  REQUIRE(::fcntl(file.fd, F_OFD_SETLK, &reading) == 0);
  s.poll_again(daemon, 2);
  CHECK(text(s.status(), "/ledger/yielded_to") == "null");
  ends_well(s, daemon);
}

TEST_CASE("of an older daemon, which does not yield, apply says what to do") {
  stage s;
  wait_for_a_person(s);
  s.write("ledger.db.lock", "ovh-licensed run (process 1, since 2026-11-20T10:00:00Z)\n", 0640);
  const descriptor older(::open(s.path("ledger.db.lock").c_str(), O_RDWR | O_CLOEXEC));
  REQUIRE(::flock(older.fd, LOCK_EX) == 0);
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 1);
  CHECK(o.err == "ovh-licensed: ledger.db: the ledger is in use by ovh-licensed run (process 1, "
                 "since 2026-11-20T10:00:00Z); stop the service first: systemctl stop "
                 "ovh-licensed\n");
  CHECK(s.api.requests().empty());
}

TEST_CASE("a service that does not answer is given up in time, and goes on") {
  stage s;
  process& daemon = daemon_that_waits(s);
  daemon.signal(SIGSTOP);
  process& it = s.start(s.command({"apply", "--yes"}));
  CHECK(it.wait_for_end(std::chrono::seconds(40)).status == 1);
  CHECK(contains(it.err(), "ledger.db: the running service did not pause within 17 s; see "
                           "'ovh-licensed status' and 'journalctl -u ovh-licensed', or stop it "
                           "first: systemctl stop ovh-licensed\n"));
  daemon.signal(SIGCONT);
  s.poll_again(daemon, 2);
  CHECK(text(s.status(), "/ledger/yielded_to") == "null");
  CHECK(s.posts().empty());
  ends_well(s, daemon);
}
