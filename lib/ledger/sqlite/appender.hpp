// Rows added to the tables: records one after another, and the head with them.
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

  // One transaction, step by step: each throws what SQLite throws, and then, or before the last
  // step, nothing is written.
  void begin(const head&);
  record add(new_record);
  // False: somebody else wrote, and nothing is written. Else `end` is the head now.
  bool commit(std::optional<instant> polled_at, head& end);
  void give_up() noexcept; // what was begun and not committed

 private:
  SQLite::Database& db_;
  SQLite::Statement insert_, update_;
  std::optional<SQLite::Transaction> all_;
  head next_;
};

} // namespace ovhl::ledger
