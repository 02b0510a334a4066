// Adds rows to the tables: records one after another, and the head with them.
#pragma once

#include "ledger/record.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include <optional>

namespace ovhl::ledger {

class appender {
 public:
  explicit appender(SQLite::Database&);

  // One transaction in steps. Each throws what SQLite throws; until commit() has succeeded, nothing
  // is written.
  void begin(const head&);
  record add(new_record);
  // False: somebody else wrote meanwhile, so nothing was written. True: `end` is the new head.
  bool commit(std::optional<instant> polled_at, head& end);
  void give_up() noexcept; // rolls back what was begun and not committed

 private:
  SQLite::Database& db_;
  SQLite::Statement insert_, update_;
  std::optional<SQLite::Transaction> all_;
  head next_;
};

} // namespace ovhl::ledger
