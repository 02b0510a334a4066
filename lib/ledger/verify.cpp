// Reading beside the writer: every record checked, or just told.
#include "ledger/chain.hpp"
#include "ledger/examine.hpp"
#include "ledger/schema.hpp"
#include "ledger/sight.hpp"
#include "ledger/store.hpp"
#include "ledger/tables.hpp"
#include "ledger/trouble.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

namespace ovhl::ledger {

namespace {

// What SQLite finds wrong with pages and indexes; nothing: all is well.
std::optional<std::string> flaw_of_pages(SQLite::Database& db) {
  try {
    const std::string found = db.execAndGet("PRAGMA integrity_check(1)").getString();
    if (found == "ok") return std::nullopt;
    return "the records fit, and the file is damaged: " + found;
  } catch (const SQLite::Exception& e) {
    if (!is_damage(e)) throw;
    return fmt::format("the records fit, and the file is damaged: {}", e.what());
  }
}

verification verified(SQLite::Database& db,
                      const std::function<void(std::int64_t, std::int64_t)>& on_progress) {
  verification v;
  v.digest = no_digest;
  if (is_empty(db)) return v;
  findings found = examine(db, {}, [&](const record& r, std::int64_t of) {
    if (!v.first) v.first = r.at;
    v.last = r.at;
    if (on_progress) on_progress(r.number, of);
  });
  v.records = found.fit;
  v.digest = std::move(found.digest);
  v.flaw = std::move(found.flaw);
  if (!v.flaw) v.flaw = flaw_of_pages(db);
  return v;
}

} // namespace

result<verification> verify(const std::filesystem::path& path,
                            const std::function<void(std::int64_t, std::int64_t)>& on_progress) {
  if (auto wrong = first_sight(path)) return std::move(*wrong);
  try {
    SQLite::Database db = open_to_read(path);
    const SQLite::Transaction one_moment(db);
    if (auto wrong = second_sight(db, path)) return std::move(*wrong);
    return verified(db, on_progress);
  } catch (const SQLite::Exception& e) {
    return trouble(path, e, "read");
  }
}

result<void> read(const std::filesystem::path& path,
                  const std::function<void(const record&)>& on_record) {
  if (auto wrong = first_sight(path)) return std::move(*wrong);
  try {
    SQLite::Database db = open_to_read(path);
    const SQLite::Transaction one_moment(db);
    if (auto wrong = second_sight(db, path)) return std::move(*wrong);
    if (is_empty(db)) return {};
    rows all(db);
    for (row r; all.next(r);) {
      const auto made = record_of(r);
      if (!made) return damaged(path, fmt::format("record {} is of no known kind", r.number));
      on_record(*made);
    }
    return {};
  } catch (const SQLite::Exception& e) {
    return trouble(path, e, "read");
  }
}

} // namespace ovhl::ledger
