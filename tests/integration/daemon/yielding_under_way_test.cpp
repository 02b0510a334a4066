// apply beside the running service, while corrections are under way: each is sent once, whoever
// finishes it.
#include "yielding.hpp"

#include <doctest/doctest.h>

using namespace ovhl::test;
namespace json = boost::json;
namespace sim = ovhl::sim;

TEST_CASE("what a killed apply leaves under way is finished by the daemon, and sent once") {
  stage s(endless_tasks());
  process& daemon = daemon_that_waits(s);
  process& it = s.start(s.command({"apply", "--yes"}));
  s.wait_for_requests(it, 3, "/task/"); // every POST has its answer on record
  it.kill();
  wait_until_taken_back(s, daemon);
  s.wait_for_finding(daemon, 2, "running");
  s.end_tasks();
  const json::value now = s.wait_for_corrections(daemon, 3);
  for (const json::value& c : now.at("corrections").as_array())
    CHECK(text(c, "/outcome") == "done");
  each_is_posted_once(s);
  ends_well(s, daemon);
}

TEST_CASE("corrections under way that do not end are left on record, and apply takes them up") {
  stage s(endless_tasks());
  process& daemon = daemon_under_way(s, "1s");
  process& it = s.start(s.command({"apply", "--yes"}));
  it.wait_for_line(paused);
  daemon.wait_for_line(yielded);
  it.wait_for_line("Following up 3 corrections that an earlier run left unfinished");
  s.end_tasks();
  CHECK(it.wait_for_end().status == 0);
  CHECK(contains(it.err(), goes_on));
  wait_until_taken_back(s, daemon);
  s.wait_for_corrections(daemon, 3);
  each_is_posted_once(s);
  ends_well(s, daemon);
}

TEST_CASE("corrections that end soon are waited for, and none begins while apply waits") {
  stage s(endless_tasks());
  process& daemon = daemon_under_way(s);
  process& it = s.start(s.command({"apply", "--yes"}));
  daemon.wait_for_line(" asks for the ledger");
  CHECK_FALSE(contains(it.err(), paused));
  s.end_tasks();
  CHECK(it.wait_for_end().status == 0);
  CHECK_FALSE(contains(it.err(), "left unfinished"));
  CHECK(it.out() == "Nothing is due.\n");
  each_is_posted_once(s);
  wait_until_taken_back(s, daemon);
  ends_well(s, daemon);
}

TEST_CASE("a request without an answer is on record as unfinished before apply gets the ledger") {
  stage s;
  s.configure(impatient());
  s.write("policy.yaml", policy_that("declare"));
  sim::fault silence;
  silence.method = "POST";
  silence.kind = "hang";
  s.api.arm(silence);
  process& daemon = s.start_daemon();
  s.wait_for_requests(daemon, 1, "/setLicense");
  process& it = s.start(s.command({"apply", "--yes"}));
  it.wait_for_end();
  daemon.wait_for_line(yielded);
  CHECK(s.license(2) == "\"windows 2022 Standard\"");
  CHECK(s.posts().size() == 2); // the first never arrived, which was looked for before the second
  CHECK(s.api.violations() == std::vector<std::string>{});
  wait_until_taken_back(s, daemon);
  ends_well(s, daemon);
}
