// Files made to harm their reader: they are read in bounded time, reported in words that are safe
// for a terminal, and never taken for a ledger.
#include "ledger/sqlite/verify.hpp"
#include "support.hpp"
#include "support/child_process.hpp"
#include "support/small_disk.hpp"

#include <fmt/format.h>

#include <algorithm>

using namespace ovhl;
using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;

namespace {

void exec(const fs::path& path, const std::string& sql) {
  SQLite::Database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec(sql);
}

// A ledger of three records, and what somebody did to it.
struct spoiled {
  explicit spoiled(const std::string& sql) {
    begin_ledger(path, 3);
    exec(path, sql);
  }
  temporary_directory dir;
  fs::path path = dir / "ledger.db";
};

const std::string others = "the schema was altered: ";
const std::string endless =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS number, 0 AS at, "
    "'seen' AS kind, '' AS account, '' AS service, 0 AS datacenter, 0 AS vm, 0 AS about, '{}' AS "
    "body, x'' AS previous, x'' AS digest FROM n";

bool is_clean(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c != 0x7f; });
}

} // namespace

TEST_CASE("where records or the head are no tables of a ledger, they are not read") {
  const auto found = [](const std::string& sql) {
    const spoiled s(sql);
    const auto seen = verify(s.path);
    REQUIRE(seen.has_value());
    CHECK(seen->unread);
    CHECK(refusal_of(s.path).starts_with(s.path.string() + ": " + *seen->flaw));
    CHECK(read(s.path, [](const record&) { FAIL("it was read"); }).has_error());
    return *seen->flaw;
  };
  CHECK(found("DROP TABLE records; CREATE VIEW records AS " + endless) ==
        others + "table records is missing");
  CHECK(found("DROP TABLE head; CREATE VIEW head AS SELECT 1 AS records, x'' AS digest, 1 AS "
              "polled_at, 1 AS polls, x'' AS seal") == others + "table head is missing");
  CHECK(found("DROP TABLE records; CREATE TABLE records (number, at, kind, account, service, "
              "datacenter, vm, about, body, previous, digest)") ==
        others + "table records was changed");
  CHECK(found("DROP TABLE records; DROP TABLE head; CREATE TABLE t (x)") ==
        others + "table head is missing");
}

TEST_CASE("what else is not a ledger's is a flaw after those of the records") {
  const spoiled s("CREATE TRIGGER more AFTER INSERT ON records BEGIN DELETE FROM head; END");
  const auto seen = verify(s.path);
  REQUIRE(seen.has_value());
  CHECK_FALSE(seen->unread);
  CHECK(seen->records == 3);
  CHECK(seen->flaw == others + "trigger more does not belong there");
  CHECK(refusal_of(s.path).starts_with(s.path.string() + ": " + *seen->flaw));
  CHECK(read(s.path, [](const record&) { FAIL("it was read"); }).has_error());
}

TEST_CASE("texts from a file are shown without what a terminal would obey") {
  const std::string escape = "\x1b]0;owned\x07\x1b[2J";
  for (const std::string& sql :
       {"CREATE TABLE \"" + escape + "\" (x)", "CREATE VIEW \"" + escape + "\" AS SELECT 1",
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'CREATE TABLE " + escape +
            "' WHERE name = 'records'",
        "PRAGMA writable_schema = ON; INSERT INTO sqlite_master VALUES ('" + escape + "', '" +
            escape + "', '" + escape + "', 0, 'CREATE " + escape + "')"}) {
    const spoiled s(sql);
    const auto seen = verify(s.path);
    REQUIRE(seen.has_value());
    REQUIRE(seen->flaw.has_value());
    CHECK_MESSAGE(is_clean(*seen->flaw), *seen->flaw);
    CHECK_MESSAGE(is_clean(seen->advice), seen->advice);
    CHECK(is_clean(refusal_of(s.path)));
    const auto done = read(s.path, [](const record&) {});
    REQUIRE(done.has_error());
    CHECK(is_clean(words(done.error())));
  }
}

TEST_CASE("a record of a kind with control characters is changed, and its kind is not told") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  begin_ledger(path, 3);
  tamperer{path}("UPDATE records SET kind = x'1b' || '[2J' WHERE number = 2");
  CHECK(flaw(path) == "record 2 was changed: its digest does not match its content");
  const auto done = read(path, [](const record&) {});
  REQUIRE(done.has_error());
  CHECK(done.error().message == "record 2 is of an unknown kind");
}

TEST_CASE("a record larger than any is a flaw, and takes no memory") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  begin_ledger(path, 3);
  tamperer{path}("UPDATE records SET body = CAST(zeroblob(20000000) AS TEXT) WHERE number = 2");
  CHECK(flaw(path) == "the records after record 1 cannot be read: string or blob too big");
}

TEST_CASE("however a ledger is cut, it does not fit") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  begin_ledger(path, 40);
  const std::string whole = file_text(path);
  for (std::size_t length = 1; length < whole.size(); length += 509) {
    write_file(path, std::string_view(whole).substr(0, length));
    const std::string found = flaw(path);
    CHECK(found != "(fits)");
    CHECK_MESSAGE(!found.starts_with("error: "), length, ": ", found);
  }
}

TEST_CASE("whatever a ledger is overwritten with, it does not fit") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  begin_ledger(path, 40);
  const std::string whole = file_text(path);
  for (const char fill : {'\0', '\xff', 'x'})
    for (std::size_t from = 0; from + 512 <= whole.size(); from += 512) {
      std::string spoilt = whole;
      std::fill_n(spoilt.begin() + static_cast<std::ptrdiff_t>(from), 512, fill);
      write_file(path, spoilt);
      const std::string found = flaw(path);
      CHECK_MESSAGE(!found.starts_with("error: "), fill, " from ", from, ": ", found);
    }
}

TEST_CASE("a closed ledger is verified where there is no room at all") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  begin_ledger(path, 3);
  std::string found;
  {
    const test::small_disk full(0);
    found = flaw(path);
  }
  CHECK(found == "(fits)");
}

TEST_CASE("reading a large ledger stops on request") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  begin_ledger(path, 30'000);
  int asked = 0;
  const auto opened =
      store::open(path, somebody, [](const record&) {}, std::nullopt, [&] { return ++asked < 2; });
  REQUIRE(opened.has_error());
  CHECK(opened.error().why.kind == failure::canceled);
  CHECK(words(opened.error().why) ==
        path.string() + ": was not read to the end: the program is stopping");
  CHECK(asked == 2);
  int all = 0;
  CHECK(store::open(
            path, somebody, [](const record&) {}, std::nullopt,
            [&] {
              ++all;
              return true;
            })
            .has_value());
  CHECK(all >= 3);
}
