// A ledger fits after any sequence of appends, and no longer after any stored byte was changed.
#include "ledger/chain.hpp"
#include "ledger/sqlite/tables.hpp"
#include "support.hpp"

#include <fmt/format.h>

#include <random>

using namespace ovhl;
using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;

namespace {

class generator {
 public:
  explicit generator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_);
  }
  std::int64_t number() {
    constexpr std::int64_t edges[] = {0, 1, -1, 12, 1074, INT64_MAX, INT64_MIN};
    return edges[below(std::size(edges))];
  }
  std::string text() {
    std::string made(below(40), ' ');
    for (char& c : made)
      c = static_cast<char>(below(256));
    return made;
  }
  new_record a_record() {
    return {start + std::chrono::seconds(below(1'000'000)),
            static_cast<kind>(below(static_cast<std::size_t>(kind::clock) + 1)),
            {text(), text(), number()},
            number(),
            number(),
            text()};
  }
  std::vector<new_record> some_records() {
    std::vector<new_record> all(below(5));
    for (new_record& e : all)
      e = a_record();
    return all;
  }

 private:
  std::mt19937 random_;
};

// Another byte in a value as SQLite stores it.
void change_a_byte(SQLite::Statement& to, const SQLite::Column& value, generator& g) {
  const std::uint64_t mask = g.below(255) + 1;
  if (value.isInteger()) {
    const auto was = static_cast<std::uint64_t>(value.getInt64());
    to.bind(1, static_cast<std::int64_t>(was ^ mask << 8 * g.below(8)));
    return;
  }
  const auto* const bytes = static_cast<const char*>(value.getBlob());
  std::string content(bytes, static_cast<std::size_t>(value.getBytes()));
  if (content.empty())
    content = static_cast<char>(mask);
  else
    content[g.below(content.size())] ^= static_cast<char>(mask);
  if (value.isBlob())
    to.bind(1, content.data(), static_cast<int>(content.size()));
  else
    to.bind(1, content);
}

// Changes a byte of each stored value in turn, and puts the value back.
int changes_not_found(tamperer& by, const std::string& table,
                      const std::vector<std::string>& columns, generator& g, int& tried) {
  int not_found = 0;
  const int rows = by.db().execAndGet("SELECT max(rowid) FROM " + table).getInt();
  for (int row = 1; row <= rows; ++row)
    for (const std::string& column : columns) {
      SQLite::Statement value(
          by.db(), fmt::format("SELECT {}, rowid FROM {} WHERE rowid = {}", column, table, row));
      REQUIRE(value.executeStep());
      if (value.getColumn(0).isNull()) continue;
      SQLite::Transaction for_now(by.db());
      SQLite::Statement change(
          by.db(), fmt::format("UPDATE {} SET {} = ? WHERE rowid = {}", table, column, row));
      change_a_byte(change, value.getColumn(0), g);
      try {
        change.exec();
      } catch (const SQLite::Exception&) {
        continue; // a number that another record has
      }
      ++tried;
      value.reset();
      chain checked;
      bool flawed = false;
      ledger::rows all(by.db());
      for (ledger::row r; !flawed && all.next(r);)
        flawed = !checked.fits(r) || checked.take(r, [] { return std::nullopt; });
      const auto head = read_head(by.db());
      if (!flawed && !checked.end(head->head, head->seal)) ++not_found;
    }
  return not_found;
}

const std::vector<std::string> record_columns{"number",  "at",         "kind",  "account",
                                              "service", "datacenter", "vm",    "about",
                                              "body",    "previous",   "digest"};
const std::vector<std::string> head_columns{"records", "digest", "polled_at", "polls", "seal"};

} // namespace

TEST_CASE("any sequence of appends fits, and reads back as it was appended") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  for (unsigned seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    generator g(seed);
    std::vector<new_record> expected;
    for (const record& r : fs::exists(path) ? all_of(path) : std::vector<record>())
      expected.push_back(r);
    {
      store file = opened(path);
      for (int i = 0; i < 40; ++i) {
        const std::vector<new_record> some = g.some_records();
        expected.insert(expected.end(), some.begin(), some.end());
        if (g.below(2) == 0)
          REQUIRE(append_poll(file, some, at(i)).has_value());
        else
          REQUIRE(file.append(some, store::durability::written).has_value());
      }
      CHECK(flaw(path) == "(fits)"); // beside the writer
    }
    const std::vector<record> read = all_of(path);
    REQUIRE(read.size() == expected.size());
    for (std::size_t i = 0; i < read.size(); ++i)
      CHECK((static_cast<const new_record&>(read[i]) == expected[i]));
    CHECK(flaw(path) == "(fits)");
  }
}

TEST_CASE("any one byte of any stored value changed is found") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  generator g(7);
  {
    store file = opened(path);
    for (int i = 0; i < 30; ++i)
      REQUIRE(append_poll(file, g.some_records(), at(i)).has_value());
  }
  int tried = 0;
  {
    tamperer by(path);
    for (int round = 0; round < 3; ++round) {
      CHECK(changes_not_found(by, "records", record_columns, g, tried) == 0);
      for (int i = 0; i < 50; ++i)
        CHECK(changes_not_found(by, "head", head_columns, g, tried) == 0);
    }
  }
  CHECK(tried > 1'500);
  CHECK(flaw(path) == "(fits)");
}

TEST_CASE("verify finds a changed byte of every column, and says the record") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  begin_ledger(path, 9);
  generator g(11);
  const std::string whole = file_text(path);
  for (const std::string& column : record_columns) {
    {
      tamperer by(path);
      SQLite::Statement value(by.db(), "SELECT " + column + " FROM records WHERE number = 5");
      REQUIRE(value.executeStep());
      SQLite::Statement change(by.db(), "UPDATE records SET " + column + " = ? WHERE number = 5");
      change_a_byte(change, value.getColumn(0), g);
      value.reset();
      change.exec();
    }
    CAPTURE(column);
    const std::string found = flaw(path);
    CHECK(found == (column == "number"
                        ? "record 5 is missing"
                        : "record 5 was changed: its digest does not match its content"));
    fs::remove(path.string() + "-wal");
    fs::remove(path.string() + "-shm");
    write_file(path, whole);
  }
}
