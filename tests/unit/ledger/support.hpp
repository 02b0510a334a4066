// What the tests of this room share: short ways to records, and a tamperer
// who knows SQL.
#pragma once

#include "base/ledger_files.hpp"
#include "ledger/sqlite/store.hpp"
#include "ledger/sqlite/verify.hpp"
#include "support/file_text.hpp"
#include "support/printing.hpp"
#include "support/small_disk.hpp"
#include "support/temporary_directory.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ovhl::ledger::testing {

namespace fs = std::filesystem;

using test::file_text;
using test::temporary_directory;
using test::write_file;

inline constexpr instant start{std::chrono::sys_days{std::chrono::January / 15 / 2027} +
                               std::chrono::hours(8)};
inline constexpr instant at(int minute) { return start + std::chrono::minutes(minute); }
inline const licensing::place here{"main", "pcc-192-0-2-1", 12};
inline const holder somebody{"ovh-licensed run", 1234, start};

inline new_record a_record(int minute, std::string body = "{}") {
  return {at(minute), kind::seen, here, 0, 0, std::move(body)};
}
inline std::vector<new_record> new_records(int count) {
  std::vector<new_record> all;
  for (int i = 1; i <= count; ++i)
    all.push_back(
        {at(i), kind::vm, here, 1000 + i, 0, "{\"name\": \"vm-" + std::to_string(i) + "\"}"});
  return all;
}

inline result<void> append_poll(store& file, std::span<const new_record> all, instant polled_at) {
  if (auto done = file.begin_poll(); !done) return done;
  if (auto done = file.add(all); !done) return done;
  return file.end_poll(polled_at);
}
inline std::string why(const result<std::vector<record>>& r) {
  return r ? "(appended)" : words(r.error());
}

inline store opened(const fs::path& path, std::vector<record>* records = nullptr,
                    const holder& by = somebody) {
  auto file = store::open(path, by, [&](const record& r) {
    if (records != nullptr) records->push_back(r);
  });
  INFO((file ? std::string() : words(file.error().why)));
  REQUIRE(file.has_value());
  return std::move(*file);
}

// Why it is refused.
inline std::string refusal_of(const fs::path& path) {
  const auto file = store::open(path, somebody, [](const record&) {});
  return file ? "(opened)" : words(file.error().why);
}

inline void begin_ledger(const fs::path& path, int records) {
  store file = opened(path);
  REQUIRE(file.append(new_records(records), store::durability::written).has_value());
}

inline std::string flaw(const fs::path& path) {
  const auto seen = verify(path);
  if (!seen) return "error: " + words(seen.error());
  return seen->flaw.value_or("(fits)");
}

inline std::vector<record> all_of(const fs::path& path) {
  std::vector<record> records;
  REQUIRE(read(path, [&](const record& r) { records.push_back(r); }).has_value());
  return records;
}

// Somebody who takes the triggers away, does as they please, and puts the triggers back.
class tamperer {
 public:
  explicit tamperer(const fs::path& path) : db_(path.string(), SQLite::OPEN_READWRITE) {
    db_.exec("PRAGMA synchronous = OFF");
    std::vector<std::string> names;
    SQLite::Statement all(db_, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'");
    while (all.executeStep()) {
      names.push_back(all.getColumn(0).getString());
      triggers_.push_back(all.getColumn(1).getString());
    }
    for (const std::string& name : names)
      db_.exec("DROP TRIGGER " + name);
  }
  ~tamperer() {
    for (const std::string& sql : triggers_)
      db_.exec(sql);
  }
  tamperer(const tamperer&) = delete;
  tamperer& operator=(const tamperer&) = delete;

  tamperer& operator()(const std::string& sql) {
    db_.exec(sql);
    return *this;
  }
  SQLite::Database& db() noexcept { return db_; }

 private:
  SQLite::Database db_;
  std::vector<std::string> triggers_;
};

} // namespace ovhl::ledger::testing
