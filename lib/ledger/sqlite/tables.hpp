// Reads the tables as they are, without checking them.
#pragma once

#include "ledger/chain.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <optional>
#include <string>

namespace ovhl::ledger {

void bind_digest(SQLite::Statement&, int index, const std::string& hexadecimal);

class rows {
 public:
  explicit rows(SQLite::Database&);
  // Reads the next row in the order of their numbers. False: there is none.
  bool next(row&);

 private:
  SQLite::Statement all_;
};

struct stored_head {
  ledger::head head;
  std::string seal;
};
std::optional<stored_head> read_head(SQLite::Database&); // nothing: there is none, or several

} // namespace ovhl::ledger
