// What of a correction was lost or left under way, and goes on: after SIGTERM, after a restart.
#include "metrics.hpp"
#include "stage.hpp"

#include <doctest/doctest.h>

#include <csignal>

using namespace ovhl::test;
namespace json = boost::json;
namespace sim = ovhl::sim;

namespace {

void enforce(const stage& s) { s.write("policy.yaml", policy_that("enforce")); }

} // namespace

TEST_CASE("an answer that was lost is looked for, and nothing is sent twice") {
  stage s;
  s.write("policy.yaml", policy_that("declare"));
  sim::fault lost;
  lost.method = "POST";
  lost.kind = "reset_after";
  s.api.arm(lost);
  process& daemon = s.start_daemon();
  const json::value status = s.wait_for_corrections(daemon, 1);
  CHECK(text(status, "/corrections/0/outcome") == "done");
  CHECK(s.license(2) == "\"windows 2022 Standard\"");
  CHECK(s.posts().size() == 1);
}

TEST_CASE("a task under way stands in the status, SIGTERM leaves it, and the restart finishes it") {
  sim::options o = every_verdict();
  o.task_reads = 0; // tasks end when they are told to
  stage s(o);
  enforce(s);
  process& first = s.start_daemon();
  for (const std::int64_t vm : {2, 4, 5})
    s.wait_for_finding(first, vm, "running");
  s.wait_for_requests(first, 3, "/task/"); // every POST has its answer on record
  s.wait_for_status(first, "one with a task",
                    [](const json::value& v) { return text(finding(v, 2), "/task_id") != "null"; });
  first.signal(SIGTERM);
  CHECK(first.wait_for_end(std::chrono::seconds(5)).status == 0);
  CHECK(text(s.status(), "/daemon/state") == "stopping");
  CHECK(text(finding(s.status(), 2), "/state") == "running");

  s.end_tasks();
  process& second = s.start_daemon();
  const json::value status = s.wait_for_corrections(second, 3);
  for (const json::value& c : status.at("corrections").as_array())
    CHECK(text(c, "/outcome") == "done");
  CHECK(s.posts().size() == 3);
  CHECK(s.api.violations() == std::vector<std::string>{});
}

TEST_CASE("SIGTERM while a POST has no answer ends in time, and nothing is sent again blindly") {
  stage s;
  s.write("policy.yaml", policy_that("declare"));
  configuration c;
  c.api = "{requests_per_minute: 0, timeout: 1s}"; // what came of it is looked for twice as long
  s.configure(c);
  sim::fault silence;
  silence.method = "POST";
  silence.kind = "hang";
  s.api.arm(silence);
  process& first = s.start_daemon();
  s.wait_for_requests(first, 1, "/setLicense");
  first.signal(SIGTERM);
  CHECK(first.wait_for_end(std::chrono::seconds(8)).status == 0);

  process& second = s.start_daemon();
  const json::value status = s.wait_for_corrections(second, 1);
  CHECK(text(status, "/corrections/0/outcome") != "done");
  CHECK(s.posts().size() == 1); // it never took effect, and is tried again after a pause
  CHECK(s.run({"status"}).status == 4);
}

TEST_CASE("past corrections are told after a restart, too") {
  stage s;
  enforce(s);
  process& first = s.start_daemon();
  s.wait_for_corrections(first, 3);
  first.signal(SIGTERM);
  first.wait_for_end();
  const std::string told = text(s.status(), "/corrections");
  process& second = s.start_daemon();
  s.wait_for_state(second, "ok");
  CHECK(text(s.status(), "/corrections") == told);
  CHECK(metrics(s.content("metrics.prom"))
            .value(R"(ovh_licensed_corrections_total{action="setLicense",outcome="done"})") ==
        0); // counted since the start
}
