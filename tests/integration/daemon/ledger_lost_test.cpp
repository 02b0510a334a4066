// The ledger is taken from under the daemon, or another program locks it: nothing is corrected that
// could not be found on record, and nothing waits for long.
#include "stage.hpp"

#include <SQLiteCpp/Database.h>
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>

using namespace ovhl::test;
namespace fs = std::filesystem;
namespace json = boost::json;
namespace sim = ovhl::sim;

namespace {

// `mv FROM/ledger.db* TO`.
void move_ledger(const fs::path& from, const fs::path& to) {
  fs::create_directory(to);
  for (const auto& file : fs::directory_iterator(from))
    if (file.path().filename().string().starts_with("ledger.db"))
      fs::rename(file.path(), to / file.path().filename());
}

sim::options with_tasks_of_ours() {
  sim::options o = every_verdict();
  o.task_reads = 0; // they end when they are told to
  return o;
}

// Three corrections are due from now on.
void enforce(stage& s, process& daemon) {
  s.write("policy.yaml", policy_that("enforce"));
  daemon.signal(SIGHUP);
}

void holds_all(stage& s, process& daemon, std::string_view because) {
  const json::value status = s.wait_for_status(daemon, "held", [&](const json::value& v) {
    return text(v, "/daemon/state") == "degraded" && text(finding(v, 2), "/state") == "held" &&
           contains(text(v, "/ledger/error"), because);
  });
  for (const std::int64_t vm : {2, 4, 5})
    CHECK(text(finding(status, vm), "/guard") == "ledger");
  CHECK(text(status, "/ledger/writable") == "false");
  CHECK(s.posts().empty());
}

void goes_on(stage& s, process& daemon) {
  daemon.signal(SIGUSR1);
  s.wait_for_corrections(daemon, 3);
  s.wait_for_state(daemon, "ok");
  CHECK(s.posts().size() == 3);
  daemon.signal(SIGTERM);
  CHECK(daemon.wait_for_end().status == 0);
  CHECK(s.run({"verify"}).status == 0);
}

} // namespace

TEST_CASE("a ledger moved away while the daemon runs ends corrections until it is put back") {
  stage s;
  process& daemon = s.daemon_at_rest(); // reports only
  const fs::path here = s.path("ledger.db").parent_path();
  move_ledger(here, here / "aside");
  enforce(s, daemon);
  holds_all(s, daemon, "its records are missing");
  daemon.signal(SIGUSR1);
  s.wait_for_poll(daemon, 3);
  holds_all(s, daemon, "ledger.db: its records are missing: it had reached record ");
  CHECK_FALSE(fs::exists(here / "ledger.db")); // and none is begun in its place
  fs::remove(here / "ledger.db.lock");
  move_ledger(here / "aside", here);
  goes_on(s, daemon);
}

TEST_CASE("an empty file put in the ledger's place is not taken for it") {
  stage s;
  process& daemon = s.daemon_at_rest();
  const fs::path here = s.path("ledger.db").parent_path();
  move_ledger(here, here / "aside");
  s.write("ledger.db", "");
  enforce(s, daemon);
  holds_all(s, daemon, "its records are missing");
  CHECK(fs::file_size(here / "ledger.db") == 0);
  fs::remove(here / "ledger.db");
  fs::remove(here / "ledger.db.lock");
  move_ledger(here / "aside", here);
  goes_on(s, daemon);
}

TEST_CASE("an older copy in the ledger's place is refused until a person accepts the loss") {
  stage s;
  process& first = s.daemon_at_rest();
  first.signal(SIGTERM);
  first.wait_for_end();
  const std::string older = s.content("ledger.db");
  s.write("policy.yaml", policy_that("report")); // another text: one more record
  process& second = s.start_daemon();
  second.wait_for_line("info  ledger: record ");
  second.signal(SIGTERM);
  second.wait_for_end();
  REQUIRE(s.run({"verify"}).status == 0);

  s.write("ledger.db", older);
  const outcome o = s.run({"verify"});
  CHECK(o.status == 4);
  CHECK(contains(o.err,
                 "ovh-licensed: ledger.db: the last records are missing: it had reached record "));
  CHECK(contains(o.err,
                 "to continue without the missing records, move 'ledger.db.witness' aside and "
                 "restart ovh-licensed\n"));
  s.write("policy.yaml", policy_that("enforce"));
  CHECK(s.run({"apply", "--yes"}).status == 1);
  process& third = s.start_daemon();
  holds_all(s, third, "the last records are missing: it had reached record ");
  CHECK(s.content("ledger.db") == older);
  fs::rename(s.path("ledger.db.witness"), s.path("accepted"));
  goes_on(s, third);
}

TEST_CASE("a log deleted while the daemon runs loses nothing, and it goes on by itself") {
  stage s;
  process& daemon = s.daemon_at_rest();
  fs::remove(s.path("ledger.db-wal"));
  enforce(s, daemon);
  goes_on(s, daemon);
}

TEST_CASE("who removes the lock file does not get in beside the daemon") {
  stage s;
  s.daemon_at_rest();
  fs::remove(s.path("ledger.db.lock"));
  s.write("policy.yaml", policy_that("enforce"));
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 1);
  CHECK(contains(o.err, "the ledger is in use by another process, whose lock file was removed"));
  CHECK(s.posts().empty());
}

TEST_CASE("a program that has the ledger locked keeps the daemon from nothing but recording") {
  stage s(with_tasks_of_ours());
  s.write("policy.yaml", policy_that("enforce"));
  process& daemon = s.start_daemon();
  s.wait_for_requests(daemon, 3, "/task/"); // all are sent, recorded and followed
  {
    SQLite::Database other(s.path("ledger.db").string(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    s.end_tasks();
    s.wait_for_corrections(daemon, 3);
    daemon.signal(SIGTERM);
    CHECK(daemon.wait_for_end(std::chrono::seconds(10)).status == 0);
    other.exec("ROLLBACK");
  }
  process& next = s.start_daemon();
  s.wait_for_state(next, "ok");
  next.signal(SIGTERM);
  CHECK(next.wait_for_end().status == 0);
  CHECK(s.posts().size() == 3);
  CHECK(s.run({"verify"}).status == 0);
}

TEST_CASE("what waits for a locked ledger is written within a second of its release") {
  stage s(with_tasks_of_ours());
  s.write("policy.yaml", policy_that("enforce"));
  process& daemon = s.start_daemon(); // polls once an hour
  s.wait_for_requests(daemon, 3, "/task/");
  {
    SQLite::Database other(s.path("ledger.db").string(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    s.end_tasks();
    s.wait_for_status(daemon, "problem", [](const json::value& v) {
      return contains(text(v, "/ledger/error"), "another program has it locked");
    });
    other.exec("ROLLBACK");
  }
  s.wait_for_status(daemon, "no problem any more",
                    [](const json::value& v) { return text(v, "/ledger/error") == "null"; });
  CHECK(s.looks() == 1);
}
