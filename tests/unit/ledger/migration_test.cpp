// Ledgers of versions that were in use: each is brought up to date and loses nothing.
#include "ledger/sqlite/schema.hpp"
#include "ledger/sqlite/verify.hpp"
#include "support.hpp"
#include "support/waited_chronicle.hpp"

#include <set>

using namespace ovhl;
using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;

namespace {

// A copy of the kept file.
fs::path kept(const temporary_directory& dir, const char* name) {
  fs::copy_file(fs::path(OVHL_SOURCE_DIR) / "tests/data" / name, dir / name);
  fs::permissions(dir / name, fs::perms(0640));
  return dir / name;
}

int version(const fs::path& path) {
  SQLite::Database db(path.string());
  return version_of(db);
}

constexpr const char* last_digest =
    "13f0cc2a7f1a581c4b5868369b87b19d436e93fb447316a69e6643020f550dbe";

} // namespace

TEST_CASE("a ledger of version 1, with records of every kind, is verified as it is") {
  const temporary_directory dir;
  const fs::path path = kept(dir, "ledger-v1.db");
  const std::string before = file_text(path);
  const auto seen = verify(path);
  REQUIRE(seen.has_value());
  CHECK(!seen->flaw);
  CHECK(seen->records == 17);
  CHECK(seen->digest == last_digest);
  std::set<kind> kinds;
  for (const record& r : all_of(path))
    kinds.insert(r.kind);
  CHECK(kinds.size() == static_cast<std::size_t>(kind::clock) + 1);
  CHECK(file_text(path) == before);
  CHECK(version(path) == 1);
}

TEST_CASE("a ledger of version 1 is brought up to date, keeps every record and goes on") {
  const temporary_directory dir;
  const fs::path path = kept(dir, "ledger-v1.db");
  const std::vector<record> before = all_of(path);
  {
    const auto book = waited_chronicle::open(path, {"run", "root", 1, "1.2.3"}, at(60));
    REQUIRE(book.has_value());
    const history& past = (*book)->history();
    CHECK(past.policy() == "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9");
    CHECK(past.unfinished().size() == 1);
    CHECK(past.unfinished().at(9).wanted.by.user == "alice");
    CHECK(past.recent().size() == 1);
    CHECK(past.memory().vms.at(here).size() == 2);
    CHECK((*book)->head().records == 18);
  }
  CHECK(version(path) == newest_version);
  CHECK(flaw(path) == "(fits)");
  const std::vector<record> after = all_of(path);
  REQUIRE(after.size() == 18);
  for (std::size_t i = 0; i < before.size(); ++i)
    CHECK(after[i].digest == before[i].digest);
  CHECK(after[17].previous == last_digest);
}

TEST_CASE("a ledger of version 1 that was tampered with is not brought up to date") {
  const temporary_directory dir;
  const fs::path path = kept(dir, "ledger-v1.db");
  tamperer{path}("UPDATE records SET at = at + 1 WHERE number = 9");
  CHECK(refusal_of(path).starts_with(
      path.string() + ": record 9 was changed: its digest does not match its content; keep it"));
  CHECK(version(path) == 1);
}

TEST_CASE("evidence about one VM is found by an index") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  begin_ledger(path, 3);
  SQLite::Database db(path.string());
  SQLite::Statement plan(db, "EXPLAIN QUERY PLAN SELECT * FROM records WHERE account = 'a' AND "
                             "service = 's' AND datacenter = 1 AND vm = 5 AND vm <> 0 ORDER BY "
                             "number");
  REQUIRE(plan.executeStep());
  CHECK(plan.getColumn(3).getString() ==
        "SEARCH records USING INDEX records_by_vm (account=? AND service=? AND datacenter=? AND "
        "vm=?)");
}

TEST_CASE("a new ledger's head has the seal it should have") {
  const temporary_directory dir;
  begin_ledger(dir / "ledger.db", 0);
  SQLite::Database db((dir / "ledger.db").string());
  CHECK(db.execAndGet("SELECT lower(hex(seal)) FROM head").getString() ==
        seal_of({0, std::string(64, '0'), std::nullopt, 0}));
}
