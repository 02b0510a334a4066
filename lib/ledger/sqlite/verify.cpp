// Reads beside the writer: checks every record, or just passes it on.
#include "ledger/sqlite/verify.hpp"

#include "base/text.hpp"
#include "ledger/chain.hpp"
#include "ledger/sqlite/companions.hpp"
#include "ledger/sqlite/examine.hpp"
#include "ledger/sqlite/file_check.hpp"
#include "ledger/sqlite/problem.hpp"
#include "ledger/sqlite/schema.hpp"
#include "ledger/sqlite/store.hpp"
#include "ledger/sqlite/tables.hpp"
#include "ledger/sqlite/witness_file.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

namespace ovhl::ledger {

namespace {

// What SQLite finds wrong with pages and indexes; nothing: nothing is wrong.
std::optional<std::string> flaw_of_pages(SQLite::Database& db) {
  try {
    const std::string found =
        printable(db.execAndGet("PRAGMA integrity_check(1)").getString()); // it may quote the file
    if (found == "ok") return std::nullopt;
    return "records intact, file damaged: " + found;
  } catch (const SQLite::Exception& e) {
    if (!is_damage(e)) throw;
    return fmt::format("records intact, file damaged: {}", printable(e.what()));
  }
}

// Adds what the witness file says about records that fit.
void hear(verification& v, const std::filesystem::path& path, const witness_reading& beside,
          bool lost) {
  if (lost) {
    v.advice = how_to_go_on(path);
  } else if (!v.flaw && beside.damaged) {
    v.flaw = beside.why->message;
    v.advice = beside.why->advice;
  }
}

verification verified(SQLite::Database& db, const std::filesystem::path& path,
                      const witness_reading& beside,
                      const std::function<void(std::int64_t, std::int64_t)>& on_progress) {
  verification v;
  v.digest = no_digest;
  std::vector<witness> witnesses;
  if (beside.seen) witnesses.push_back(*beside.seen);
  if (is_empty(db)) {
    v.flaw = witness_check(witnesses).end(0);
    hear(v, path, beside, v.flaw.has_value());
    return v;
  }
  examination_result found = examine(db, witnesses, [&](const record& r, std::int64_t of) {
    if (!v.first) v.first = r.at;
    v.last = r.at;
    if (on_progress) on_progress(r.number, of);
  });
  v.records = found.fit;
  v.digest = std::move(found.digest);
  v.flaw = std::move(found.flaw);
  v.unread = found.unread;
  if (!v.flaw) v.flaw = flaw_of_pages(db);
  hear(v, path, beside, found.lost);
  return v;
}

// A file that is no ledger is a flaw; a file that cannot be read is an error.
result<verification> told(file_flaw&& wrong) {
  if (!wrong.unfit) return std::move(wrong.why);
  verification v;
  v.digest = no_digest;
  v.unread = true;
  v.flaw = std::move(wrong.why.message);
  v.advice = std::move(wrong.why.advice);
  return v;
}

// The result if the file is missing, but its witness is there.
verification missing(const std::filesystem::path& path, const witness& seen) {
  verification v;
  v.digest = no_digest;
  v.flaw = witness_check({seen}).end(0);
  v.advice = how_to_go_on(path);
  return v;
}

} // namespace

result<verification> verify(const std::filesystem::path& path,
                            const std::function<void(std::int64_t, std::int64_t)>& on_progress) {
  // The witness is read before the records: a writer may add records meanwhile, but removes none.
  const witness_reading beside = read_witness(path);
  std::error_code none;
  if (beside.seen && !std::filesystem::exists(path, none) && !none)
    return missing(path, *beside.seen);
  if (auto wrong = check_file(path)) return told(std::move(*wrong));
  if (auto wrong = companion_problem(path, purpose::read)) return std::move(*wrong);
  if (beside.why && !beside.damaged) return *beside.why;
  try {
    SQLite::Database db = open_to_read(path);
    const SQLite::Transaction one_moment(db);
    if (auto wrong = check_database(db, path)) return told(std::move(*wrong));
    return verified(db, path, beside, on_progress);
  } catch (const SQLite::Exception& e) {
    return told({problem(path, e, "read"), is_damage(e)});
  }
}

result<void> read(const std::filesystem::path& path,
                  const std::function<void(const record&)>& on_record) {
  if (auto wrong = check_file(path)) return std::move(wrong->why);
  if (auto wrong = companion_problem(path, purpose::read)) return std::move(*wrong);
  try {
    SQLite::Database db = open_to_read(path);
    const SQLite::Transaction one_moment(db);
    if (auto wrong = check_database(db, path)) return std::move(wrong->why);
    if (is_empty(db)) return {};
    if (auto other = difference_from_schema(db)) return damaged(path, std::move(other->what));
    rows all(db);
    for (row r; all.next(r);) {
      const auto made = record_of(r);
      if (!made) return damaged(path, fmt::format("record {} is of an unknown kind", r.number));
      on_record(*made);
    }
    return {};
  } catch (const SQLite::Exception& e) {
    return problem(path, e, "read");
  }
}

} // namespace ovhl::ledger
