// The tables of each version, and how a file is brought to the newest.
#pragma once

#include <SQLiteCpp/Database.h>

#include <optional>
#include <string>

namespace ovhl::ledger {

inline constexpr int application_id = 0x6F76684C; // "ovhL"
inline constexpr int newest_version = 2;

int version_of(SQLite::Database&);
bool has_our_id(SQLite::Database&);
bool is_empty(SQLite::Database&); // nothing was ever created in it

// Makes every missing step, each completely or not at all.
void bring_up_to_date(SQLite::Database&);

// How the tables, triggers and indexes differ from those of its version; nothing: they do not.
struct difference {
  std::string what;
  bool unreadable = false; // records or head are a view or another table
};
std::optional<difference> difference_from_schema(SQLite::Database&);

} // namespace ovhl::ledger
