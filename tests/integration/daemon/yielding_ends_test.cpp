// apply beside the running service: either of them may end at any time, and the other continues.
#include "yielding.hpp"

#include <doctest/doctest.h>

#include <csignal>

using namespace ovhl::test;

TEST_CASE(
    "an apply that is killed at its question, or leaves its terminal, gives the ledger back") {
  for (const int signal : {SIGKILL, SIGINT, SIGHUP}) {
    CAPTURE(signal);
    stage s;
    process& daemon = daemon_that_waits(s);
    process& it = asking(s);
    it.signal(signal);
    CHECK(it.wait_for_end().status == (signal == SIGKILL ? -SIGKILL : 2));
    wait_until_taken_back(s, daemon);
    CHECK(s.posts().empty());
    ends_well(s, daemon);
  }
}

TEST_CASE("an apply that is killed between asking and taking leaves the daemon its ledger") {
  stage s(endless_tasks());
  process& daemon = daemon_under_way(s);
  process& it = s.start(s.command({"apply", "--yes"}));
  daemon.wait_for_line(" asks for the ledger"); // and waits for what is under way
  it.kill();
  wait_until_taken_back(s, daemon);
  CHECK_FALSE(contains(daemon.err(), yielded));
  s.end_tasks();
  s.wait_for_corrections(daemon, 3);
  each_is_posted_once(s);
  ends_well(s, daemon);
}

TEST_CASE("an apply that asks gets the ledger of a daemon that dies meanwhile") {
  stage s;
  process& daemon = daemon_that_waits(s);
  daemon.signal(SIGSTOP);
  process& it = s.start(s.command({"apply", "--yes"}));
  it.wait_for_line(asks);
  daemon.kill();
  CHECK(it.wait_for_end().status == 0);
  CHECK(contains(it.out(), "\n1 declared, 1 replaced, 1 removed.\n"));
  each_is_posted_once(s);
}

TEST_CASE("a daemon that is stopped or killed while it has yielded is in nobody's way") {
  for (const int signal : {SIGTERM, SIGKILL}) {
    CAPTURE(signal);
    stage s;
    process& daemon = daemon_that_waits(s);
    process& it = asking(s);
    daemon.wait_for_line(yielded);
    daemon.signal(signal);
    CHECK(daemon.wait_for_end(std::chrono::seconds(10)).status == (signal == SIGTERM ? 0 : -9));
    CHECK(s.run({"run"}).status == 75); // another waits until it is free
    it.type("y\n");
    CHECK(it.wait_for_end().status == 0);
    each_is_posted_once(s);
    process& next = s.start_daemon();
    s.wait_for_corrections(next, 3);
    ends_well(s, next);
  }
}

TEST_CASE("a daemon that is stopped while it waits for what is under way ends in time") {
  stage s(endless_tasks());
  s.write("policy.yaml", policy_that("enforce"));
  process& daemon = s.start_daemon();
  s.wait_for_requests(daemon, 3, "/task/");
  process& it = s.start(s.command({"apply", "--yes"}));
  daemon.wait_for_line(" asks for the ledger");
  daemon.signal(SIGTERM);
  CHECK(daemon.wait_for_end(std::chrono::seconds(10)).status == 0);
  it.wait_for_line("Following up 3 corrections that an earlier run left unfinished");
  s.end_tasks();
  CHECK(it.wait_for_end().status == 0);
  each_is_posted_once(s);
}
