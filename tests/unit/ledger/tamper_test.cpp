// Every way of tampering with the records, and what verify says about it.
#include "ledger/sqlite/verify.hpp"
#include "support.hpp"

#include <fmt/format.h>

#include <initializer_list>

using namespace ovhl;
using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;

namespace {

// Twenty records, tampered with by these statements.
struct tampered {
  explicit tampered(std::initializer_list<const char*> statements) {
    begin_ledger(path, 20);
    REQUIRE(flaw(path) == "(fits)");
    tamperer t(path);
    for (const char* sql : statements)
      t(sql);
  }
  temporary_directory dir;
  fs::path path = dir / "ledger.db";
};

std::string flaw_after(std::initializer_list<const char*> statements) {
  return flaw(tampered(statements).path);
}

} // namespace

TEST_CASE("a changed value is found in every column") {
  const std::string changed = "record 17 was changed: its digest does not match its content";
  CHECK(flaw_after({"UPDATE records SET at = at + 1 WHERE number = 17"}) == changed);
  CHECK(flaw_after({"UPDATE records SET kind = 'gone' WHERE number = 17"}) == changed);
  CHECK(flaw_after({"UPDATE records SET kind = 'nonsense' WHERE number = 17"}) == changed);
  CHECK(flaw_after({"UPDATE records SET account = 'mein' WHERE number = 17"}) == changed);
  CHECK(flaw_after({"UPDATE records SET service = '' WHERE number = 17"}) == changed);
  CHECK(flaw_after({"UPDATE records SET datacenter = 13 WHERE number = 17"}) == changed);
  CHECK(flaw_after({"UPDATE records SET vm = 0 WHERE number = 17"}) == changed);
  CHECK(flaw_after({"UPDATE records SET about = 5 WHERE number = 17"}) == changed);
  CHECK(flaw_after({"UPDATE records SET body = body || ' ' WHERE number = 17"}) == changed);
  CHECK(flaw_after({"UPDATE records SET previous = zeroblob(32) WHERE number = 17"}) == changed);
  CHECK(flaw_after({"UPDATE records SET digest = zeroblob(32) WHERE number = 17"}) == changed);
  CHECK(flaw_after({"UPDATE records SET body = '{}' WHERE number = 1"}) ==
        "record 1 was changed: its digest does not match its content");
  CHECK(flaw_after({"UPDATE records SET body = '{}' WHERE number = 20"}) ==
        "record 20 was changed: its digest does not match its content");
}

TEST_CASE("of several changes the first is named") {
  CHECK(flaw_after({"UPDATE records SET vm = 1 WHERE number IN (9, 4, 17)",
                    "UPDATE head SET polls = 9"}) ==
        "record 4 was changed: its digest does not match its content");
}

TEST_CASE("deleted records are missing, also where those behind them were given their numbers") {
  CHECK(flaw_after({"DELETE FROM records WHERE number = 17"}) == "record 17 is missing");
  CHECK(flaw_after({"DELETE FROM records WHERE number = 1"}) == "record 1 is missing");
  CHECK(flaw_after({"DELETE FROM records WHERE number BETWEEN 5 AND 8"}) ==
        "records 5 to 8 are missing");
  CHECK(flaw_after({"DELETE FROM records WHERE number = 5",
                    "UPDATE records SET number = number - 1 WHERE number > 5"}) ==
        "record 5 is missing: record 6 is in its place");
  CHECK(flaw_after({"DELETE FROM records"}) ==
        "the last records are missing: the ledger had reached record 20, but ends with record 0");
}

TEST_CASE("a cut tail shows, by what the head says") {
  CHECK(flaw_after({"DELETE FROM records WHERE number > 17"}) ==
        "the last records are missing: the ledger had reached record 20, but ends with record 17");
  CHECK(flaw_after({"DELETE FROM records WHERE number > 17", "UPDATE head SET records = 17"}) ==
        "the head was changed: its seal does not match its content");
}

TEST_CASE("an inserted record is named by its number") {
  constexpr const char* make_room[] = {"UPDATE records SET number = -number WHERE number >= 17",
                                       "UPDATE records SET number = 1 - number WHERE number < 0"};
  CHECK(flaw_after({make_room[0], make_room[1],
                    "INSERT INTO records SELECT 17, at, kind, account, service, datacenter, vm, "
                    "about, '{}', previous, digest FROM records WHERE number = 16"}) ==
        "record 17 was inserted: the original record 17 comes after it");
  CHECK(flaw_after({"INSERT INTO records SELECT 21, at, kind, account, service, datacenter, vm, "
                    "about, body, digest, digest FROM records WHERE number = 20"}) ==
        "record 21 was changed: its digest does not match its content");
  CHECK(flaw_after({"INSERT INTO records SELECT 0, at, kind, account, service, datacenter, vm, "
                    "about, body, previous, digest FROM records WHERE number = 1"}) ==
        "record 0 was inserted");
}

TEST_CASE("an inserted record that fits the one before it is found by those behind it") {
  const tampered t({"UPDATE records SET number = -number WHERE number >= 17",
                    "UPDATE records SET number = 1 - number WHERE number < 0"});
  const std::string digest = all_of(t.path)[15].digest;
  const new_record forged = a_record(99);
  tamperer by(t.path);
  const auto insert = [&](std::int64_t number) {
    by(fmt::format("INSERT INTO records VALUES ({}, {}, 'seen', 'main', 'pcc-192-0-2-1', 12, 0, 0, "
                   "'{{}}', x'{}', x'{}')",
                   number, forged.at.time_since_epoch().count(), digest,
                   digest_of(number, forged, digest)));
  };
  insert(17);
  CHECK(flaw(t.path) == "record 17 was inserted: the original record 17 is now record 18");
}

TEST_CASE("a record that was forged behind the last is not the ledger's") {
  const tampered t({});
  const std::string last = all_of(t.path).back().digest;
  const new_record forged = a_record(99);
  tamperer{t.path}(
      fmt::format("INSERT INTO records VALUES (21, {}, 'seen', 'main', 'pcc-192-0-2-1', 12, 0, 0, "
                  "'{{}}', x'{}', x'{}')",
                  forged.at.time_since_epoch().count(), last, digest_of(21, forged, last)));
  CHECK(flaw(t.path) == "record 21 was inserted: the ledger had reached record 20");
}

TEST_CASE("a record that was replaced by one with a right digest does not fit its neighbours") {
  const tampered t({});
  const std::string before = all_of(t.path)[15].digest;
  const new_record forged = a_record(99);
  tamperer by(t.path);
  const auto replace = [&](int number, const std::string& previous) {
    by(fmt::format("UPDATE records SET at = {}, kind = 'seen', vm = 0, body = '{{}}', digest = "
                   "x'{}' WHERE number = {}",
                   forged.at.time_since_epoch().count(), digest_of(number, forged, previous),
                   number));
  };
  replace(17, before);
  CHECK(flaw(t.path) == "record 18 does not follow the one before it: one of them was replaced");
}

TEST_CASE("the last record replaced by one with a right digest does not fit the head") {
  const tampered t({});
  const std::string before = all_of(t.path)[18].digest;
  const new_record forged = a_record(99);
  tamperer{t.path}(fmt::format("UPDATE records SET at = {}, kind = 'seen', vm = 0, body = '{{}}', "
                               "digest = x'{}' WHERE number = 20",
                               forged.at.time_since_epoch().count(),
                               digest_of(20, forged, before)));
  CHECK(flaw(t.path) == "record 20 was replaced: its digest is not the one in the head");
}

TEST_CASE("records that changed places were reordered") {
  CHECK(flaw_after({"UPDATE records SET number = -5 WHERE number = 5",
                    "UPDATE records SET number = 5 WHERE number = 9",
                    "UPDATE records SET number = 9 WHERE number = -5"}) ==
        "records were reordered: record 9 is in the place of record 5");
  CHECK(flaw_after({"UPDATE records SET number = -5 WHERE number = 5",
                    "UPDATE records SET number = 5 WHERE number = 6",
                    "UPDATE records SET number = 6 WHERE number = -5"}) ==
        "records were reordered: record 6 is in the place of record 5");
  // The first one moved behind the last, all others one place up.
  CHECK(flaw_after({"UPDATE records SET number = 99 WHERE number = 1",
                    "UPDATE records SET number = number - 1 WHERE number < 99",
                    "UPDATE records SET number = 20 WHERE number = 99"}) ==
        "records were reordered: record 2 is in the place of record 1");
}

TEST_CASE("a changed head shows in every column") {
  const std::string changed = "the head was changed: its seal does not match its content";
  CHECK(flaw_after({"UPDATE head SET records = 19"}) == changed);
  CHECK(flaw_after({"UPDATE head SET digest = zeroblob(32)"}) == changed);
  CHECK(flaw_after({"UPDATE head SET polled_at = 5"}) == changed);
  CHECK(flaw_after({"UPDATE head SET polls = polls + 1"}) == changed);
  CHECK(flaw_after({"UPDATE head SET seal = zeroblob(32)"}) == changed);
  const std::string not_one = "the head was changed: it must have exactly one row";
  CHECK(flaw_after({"DELETE FROM head"}) == not_one);
  CHECK(flaw_after({"INSERT INTO head SELECT * FROM head"}) == not_one);
}

TEST_CASE("tables that are not as they were made are a flaw") {
  temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  begin_ledger(path, 3);
  const auto after = [&](const char* sql) {
    SQLite::Database(path.string(), SQLite::OPEN_READWRITE).exec(sql);
    return flaw(path);
  };
  CHECK(after("CREATE TABLE more (x)") ==
        "the schema was altered: table more does not belong there");
  CHECK(after("DROP TABLE more; DROP TRIGGER records_stay") ==
        "the schema was altered: trigger records_stay is missing");
  CHECK(after("CREATE TRIGGER records_stay BEFORE DELETE ON records BEGIN SELECT 1; END") ==
        "the schema was altered: trigger records_stay was changed");
  CHECK(after("DROP TABLE head") == "the schema was altered: table head is missing");
}

TEST_CASE("what fits before the flaw is counted, with the digest to compare with a noted one") {
  const tampered t({"UPDATE records SET body = '' WHERE number = 17"});
  const auto seen = verify(t.path);
  REQUIRE(seen.has_value());
  CHECK(seen->records == 16);
  CHECK((seen->first == at(1)));
  CHECK((seen->last == at(16)));
  CHECK(seen->digest == all_of(t.path)[15].digest);
}

TEST_CASE("a ledger with a flaw is not opened for writing, and stays as it is") {
  const tampered t({"UPDATE records SET body = '' WHERE number = 17"});
  const std::string before = file_text(t.path);
  CHECK(refusal_of(t.path) ==
        t.path.string() +
            ": record 17 was changed: its digest does not match its content; keep it as evidence; "
            "'ovh-licensed verify' shows how far it is intact; restore it from a backup, or move "
            "it aside with its -wal, -shm and .witness to begin a new one");
  CHECK(file_text(t.path) == before);
}

TEST_CASE("without taking the triggers away, records are neither changed, deleted nor put in") {
  temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  begin_ledger(path, 3);
  SQLite::Database db(path.string(), SQLite::OPEN_READWRITE);
  const auto slip = [&](const char* sql) {
    try {
      db.exec(sql);
      return std::string("(done)");
    } catch (const SQLite::Exception& e) {
      return std::string(e.what());
    }
  };
  CHECK(slip("UPDATE records SET vm = 0") == "records are appended only");
  CHECK(slip("DELETE FROM records WHERE number = 3") == "records are appended only");
  CHECK(slip("INSERT OR REPLACE INTO records SELECT 2, at, kind, account, service, datacenter, vm, "
             "about, body, previous, digest FROM records WHERE number = 1") ==
        "records are appended only");
  CHECK(slip("DELETE FROM head") == "there is one head");
  CHECK(slip("INSERT INTO head SELECT * FROM head") == "there is one head");
  CHECK(flaw(path) == "(fits)");
}
