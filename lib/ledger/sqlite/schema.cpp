#include "ledger/sqlite/schema.hpp"

#include "base/text.hpp"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

#include <array>
#include <map>

namespace ovhl::ledger {

namespace {

// The steps that bring a file from one version to the next. Never change a released step, because
// files were made by it. Code that reads the tables must be able to read every version.
constexpr std::array<const char*, newest_version> steps{
    R"(
CREATE TABLE records (
  number INTEGER PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  account TEXT NOT NULL,
  service TEXT NOT NULL,
  datacenter INTEGER NOT NULL,
  vm INTEGER NOT NULL,
  about INTEGER NOT NULL,
  body TEXT NOT NULL,
  previous BLOB NOT NULL CHECK (length(previous) = 32),
  digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT;
CREATE TRIGGER records_follow BEFORE INSERT ON records
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM records)
BEGIN SELECT RAISE(ABORT, 'records are appended only'); END;
CREATE TRIGGER records_stay BEFORE DELETE ON records
BEGIN SELECT RAISE(ABORT, 'records are appended only'); END;
CREATE TRIGGER records_stay_as_they_are BEFORE UPDATE ON records
BEGIN SELECT RAISE(ABORT, 'records are appended only'); END;

CREATE TABLE head (
  records INTEGER NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  polled_at INTEGER,
  polls INTEGER NOT NULL,
  seal BLOB NOT NULL CHECK (length(seal) = 32)
) STRICT;
CREATE TRIGGER head_is_one BEFORE INSERT ON head
WHEN (SELECT count(*) FROM head) > 0
BEGIN SELECT RAISE(ABORT, 'there is one head'); END;
CREATE TRIGGER head_stays BEFORE DELETE ON head
BEGIN SELECT RAISE(ABORT, 'there is one head'); END;
INSERT INTO head VALUES (0, zeroblob(32), NULL, 0,
  X'11a350fa5148942b8098972edbdb657df4da8b891285efbe551ab4d66dca58f9'); -- seal_of(head{})
)",
    // Finds all records of one VM, for the evidence.
    R"(
CREATE INDEX records_by_vm ON records (account, service, datacenter, vm, number) WHERE vm <> 0;
)",
};

int pragma(SQLite::Database& db, const char* name) {
  return db.execAndGet(fmt::format("PRAGMA {}", name)).getInt();
}

void run_steps(SQLite::Database& db, int from, int to) {
  for (int version = from; version < to; ++version) {
    SQLite::Transaction step(db, SQLite::TransactionBehavior::IMMEDIATE);
    db.exec(steps.at(static_cast<std::size_t>(version)));
    db.exec(fmt::format("PRAGMA application_id = {}", application_id));
    db.exec(fmt::format("PRAGMA user_version = {}", version + 1));
    step.commit();
  }
}

std::map<std::string, std::string> things_in(SQLite::Database& db) {
  std::map<std::string, std::string> things;
  SQLite::Statement all(db, "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_master");
  while (all.executeStep())
    things.emplace(all.getColumn(0).getString(), all.getColumn(1).getString());
  return things;
}

} // namespace

int version_of(SQLite::Database& db) { return pragma(db, "user_version"); }
bool has_our_id(SQLite::Database& db) { return pragma(db, "application_id") == application_id; }

bool is_empty(SQLite::Database& db) {
  return pragma(db, "application_id") == 0 && version_of(db) == 0 &&
         db.execAndGet("SELECT count(*) FROM sqlite_master").getInt() == 0;
}

void bring_up_to_date(SQLite::Database& db) { run_steps(db, version_of(db), newest_version); }

std::optional<difference> difference_from_schema(SQLite::Database& db) {
  SQLite::Database model(":memory:", SQLite::OPEN_READWRITE);
  run_steps(model, 0, version_of(db));
  const auto expected = things_in(model);
  const auto found = things_in(db);
  const auto flaw_of = [&](const std::string& thing) -> const char* {
    const auto there = found.find(thing);
    if (there == found.end()) return "is missing";
    return there->second == expected.at(thing) ? nullptr : "was changed";
  };
  const auto told = [](const std::string& thing, std::string_view how) {
    return fmt::format("the schema was altered: {} {}", fitted(printable(thing), 100), how);
  };
  for (const char* table : {"table head", "table records"})
    if (const char* const flaw = flaw_of(table)) return difference{told(table, flaw), true};
  for (const auto& [thing, sql] : expected)
    if (const char* const flaw = flaw_of(thing)) return difference{told(thing, flaw), false};
  for (const auto& [thing, sql] : found)
    if (!expected.contains(thing)) return difference{told(thing, "does not belong there"), false};
  return std::nullopt;
}

} // namespace ovhl::ledger
