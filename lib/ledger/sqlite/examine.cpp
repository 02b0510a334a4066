#include "ledger/sqlite/examine.hpp"

#include "base/text.hpp"
#include "ledger/chain.hpp"
#include "ledger/sqlite/problem.hpp"
#include "ledger/sqlite/schema.hpp"
#include "ledger/sqlite/tables.hpp"

#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>

#include <utility>

namespace ovhl::ledger {

namespace {

class examination {
 public:
  examination(SQLite::Database& db, const std::vector<witness>& witnesses,
              const examined& on_record)
      : db_(db), on_record_(on_record), hearing_(witnesses) {}

  examination_result run() {
    examination_result found;
    try {
      auto other = difference_from_schema(db_);
      found.unread = other && other->unreadable;
      if (!found.unread) found.flaw = flaw(found.head);
      if (!found.flaw && other) found.flaw = std::move(other->what);
    } catch (const SQLite::Exception& e) {
      if (!is_damage(e)) throw;
      found.flaw = fmt::format("the records after record {} cannot be read: {}", chain_.records(),
                               printable(e.what()));
    }
    found.fit = chain_.records();
    found.digest = chain_.digest();
    if (!found.flaw) {
      found.flaw = hearing_.end(found.fit);
      found.lost = found.flaw.has_value();
    }
    return found;
  }

 private:
  std::optional<std::string> flaw(head& seen) {
    const auto stored = read_head(db_);
    if (stored) seen = stored->head;
    if (auto wrong = flaw_of_records(seen.records)) return wrong;
    if (!stored) return "the head was changed: it must have exactly one row";
    if (auto wrong = chain_.end(stored->head, stored->seal)) return wrong;
    return std::nullopt;
  }

  std::optional<std::string> flaw_of_records(std::int64_t of) {
    rows all(db_);
    row r;
    const auto rest = [&]() { return all.next(r) ? std::optional(r) : std::nullopt; };
    while (all.next(r)) {
      if (auto wrong = chain_.take(r, rest)) return wrong;
      const auto made = record_of(r);
      if (!made) return fmt::format("record {} is of an unknown kind", r.number);
      hearing_.take(*made);
      on_record_(*made, of);
    }
    return std::nullopt;
  }

  SQLite::Database& db_;
  const examined& on_record_;
  chain chain_;
  witness_check hearing_;
};

} // namespace

examination_result examine(SQLite::Database& db, const std::vector<witness>& witnesses,
                           const examined& on_record) {
  return examination(db, witnesses, on_record).run();
}

} // namespace ovhl::ledger
