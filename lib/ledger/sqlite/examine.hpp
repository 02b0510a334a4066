// Checks a complete ledger: every record in order, the head, and the tables themselves.
#pragma once

#include "ledger/record.hpp"
#include "ledger/witness.hpp"

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ovhl::ledger {

struct examination_result {
  std::int64_t fit = 0; // records, up to the flaw
  std::string digest;   // of the last of them
  ledger::head head;
  std::optional<std::string> flaw;
  bool unread = false; // the tables are not a ledger's, and were not read
  bool lost = false;   // the flaw: the records fit, but a witness knows more or other records
};
using examined = std::function<void(const record&, std::int64_t of)>;
// `on_record` gets each record that fits, and how many there should be. Throws what SQLite throws,
// except for damage, which is a flaw.
examination_result examine(SQLite::Database&, const std::vector<witness>&,
                           const examined& on_record);

} // namespace ovhl::ledger
