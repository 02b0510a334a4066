// Reading what stands in the tables, as it is, and opening files to read.
#pragma once

#include "ledger/chain.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace ovhl::ledger {

// Text to bind as it is, zeros inside included.
void bind_text(SQLite::Statement&, int index, std::string_view);
void bind_digest(SQLite::Statement&, int index, const std::string& hexadecimal);

class rows {
 public:
  explicit rows(SQLite::Database&);
  // In the order of their numbers; nothing behind the last.
  bool next(row&);

 private:
  SQLite::Statement all_;
};

struct stored_head {
  ledger::head head;
  std::string seal;
};
std::optional<stored_head> read_head(SQLite::Database&); // nothing: there is not exactly one

// For reading beside a writer.
SQLite::Database open_to_read(const std::filesystem::path&);
// What can be told before SQLite touches the file: that it is none, no ledger, or too new.
std::optional<error> first_sight(const std::filesystem::path&);
// And what SQLite tells.
std::optional<error> second_sight(SQLite::Database&, const std::filesystem::path&);

// Everything in the file, in order.
struct findings {
  std::int64_t fit = 0; // records, up to the flaw
  std::string digest;   // of the last of them
  ledger::head head;
  std::optional<std::string> flaw;
};
findings examine(SQLite::Database&, const std::function<void(const record&)>& on_record);

} // namespace ovhl::ledger
