// verify: whether the record is what was recorded.
#include "stage.hpp"

#include <SQLiteCpp/Database.h>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <regex>

using namespace ovhl::test;
namespace fs = std::filesystem;

namespace {

constexpr const char* a_time = R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)";

std::regex all_fit() {
  return std::regex(fmt::format("Ledger intact: [\\d,]+ records from {0} to {0} in ledger\\.db\\. "
                                "Last digest: [0-9a-f]{{64}}\n",
                                a_time));
}

void record_something(stage& s) {
  s.write("policy.yaml", policy_that("enforce"));
  REQUIRE(s.run({"apply", "--yes"}).status == 0);
}

} // namespace

TEST_CASE("verify says that a whole ledger fits, and with which digest it ends") {
  stage s;
  record_something(s);
  s.api.forget_requests();
  const outcome o = s.run({"verify"});
  CHECK(o.status == 0);
  CHECK_MESSAGE(std::regex_match(o.out, all_fit()), o.out);
  CHECK(o.err == "");
  CHECK(s.run({"verify"}).out == o.out); // looking at it changes nothing
  CHECK(s.api.requests().empty());
}

TEST_CASE("verify needs neither policy nor credentials") {
  stage s;
  record_something(s);
  fs::remove(s.path("policy.yaml"));
  fs::remove(s.path("ovh.conf"));
  CHECK(s.run({"verify"}).status == 0);
}

TEST_CASE("verify can be run beside the daemon") {
  stage s;
  s.write("policy.yaml", policy_that("enforce"));
  process& daemon = s.daemon_at_rest();
  for (int poll = 2; poll <= 5; ++poll) {
    daemon.signal(SIGUSR1);
    const outcome o = s.run({"verify"});
    CHECK(o.status == 0);
    CHECK_MESSAGE(std::regex_match(o.out, all_fit()), o.out);
    s.wait_for_poll(daemon, poll);
  }
  CHECK(text(s.status(), "/daemon/state") == "ok");
}

TEST_CASE("verify names the record that was changed, and how far the ledger can be relied on") {
  stage s;
  record_something(s);
  SQLite::Database db(s.path("ledger.db").string(), SQLite::OPEN_READWRITE);
  const std::string trigger = db.execAndGet("SELECT name FROM sqlite_master WHERE type = 'trigger' "
                                            "AND sql LIKE '%UPDATE%records%'");
  const std::string sql =
      db.execAndGet("SELECT sql FROM sqlite_master WHERE name = '" + trigger + "'");
  db.exec("DROP TRIGGER \"" + trigger + "\"");
  db.exec("UPDATE records SET body = replace(body, 'web-2', 'web-3') WHERE kind = 'intent'");
  db.exec(sql);
  const int first = db.execAndGet("SELECT min(number) FROM records WHERE body LIKE '%web-3%' AND "
                                  "kind = 'intent'");
  const outcome o = s.run({"verify"});
  CHECK(o.status == 4);
  CHECK(o.out == "");
  CHECK_MESSAGE(contains(o.err, fmt::format("ovh-licensed: ledger.db: record {} ", first)), o.err);
  CHECK(contains(o.err, fmt::format("; {} records from ", first - 1)));
  CHECK(contains(o.err, " before it are intact; their last digest is "));
}

TEST_CASE("verify says where there is no ledger, or something else") {
  stage s;
  outcome o = s.run({"verify"});
  CHECK(o.status == 3);
  CHECK(o.err ==
        "ovh-licensed: ledger.db: there is no ledger; 'ovh-licensed run' or 'apply' creates it\n");
  CHECK_FALSE(fs::exists(s.path("ledger.db")));

  s.write("ledger.db", "nonsense");
  o = s.run({"verify"});
  CHECK(o.status == 4);
  CHECK(o.err ==
        "ovh-licensed: ledger.db: not an ovh-licensed ledger: it is not an SQLite file; its "
        "records were not read; set 'ledger:' to another file, or move this one aside\n");
  CHECK(o.out == "");

  s.write("config.yaml", "ledgre: x\n");
  CHECK(s.run({"verify"}).status == 1);
}

TEST_CASE("verify says that a ledger does not fit, however it was cut or overwritten") {
  stage s;
  record_something(s);
  const std::string whole = s.content("ledger.db");
  REQUIRE(whole.size() > 8192);
  fs::remove(s.path("ledger.db.witness")); // the file alone tells
  const auto status = [&](const std::string& content) {
    s.write("ledger.db", content);
    const outcome o = s.run({"verify"});
    CHECK(o.out == "");
    CHECK_FALSE(contains(o.err, "bug"));
    return o.status;
  };
  for (const std::size_t length : {50U, 3000U, 4096U, 8000U})
    CHECK(status(whole.substr(0, length)) == 4);
  for (const std::size_t from : {0U, 20U, 100U, 2048U, 5000U})
    CHECK(status(std::string(whole).replace(from, 2000, 2000, 'x')) == 4);
  const auto tables = [&](const char* sql) {
    s.write("ledger.db", whole);
    SQLite::Database(s.path("ledger.db").string(), SQLite::OPEN_READWRITE).exec(sql);
    const outcome o = s.run({"verify"});
    CHECK_FALSE(contains(o.err, "\x1b"));
    return o.status;
  };
  CHECK(tables("DROP TABLE records; CREATE VIEW records AS WITH RECURSIVE n(i) AS (SELECT 1 UNION "
               "ALL SELECT i + 1 FROM n) SELECT i AS number, 0 AS at, '' AS kind, '' AS account, "
               "'' AS service, 0 AS datacenter, 0 AS vm, 0 AS about, '' AS body, x'' AS previous, "
               "x'' AS digest FROM n") == 4); // and there is an end to it
  CHECK(tables("CREATE TABLE \"\x1b[2J\" (x)") == 4);
}
