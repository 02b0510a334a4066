// Rows added to the tables: records one after another, and the head with them.
#pragma once

#include "ledger/record.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstddef>
#include <functional>
#include <optional>

namespace ovhl::ledger {

class appender {
 public:
  explicit appender(SQLite::Database&);

  using made = std::function<void(record&&)>;
  // In one transaction; throws what SQLite throws, and then nothing was written. False: somebody
  // else wrote. Else `end` is the head now.
  bool append(std::size_t count, const std::function<entry(std::size_t)>& nth, const made& on_made,
              std::optional<instant> polled_at, head& end);
  void give_up() noexcept; // what an exception interrupted

 private:
  SQLite::Database& db_;
  SQLite::Statement insert_, update_;
};

} // namespace ovhl::ledger
