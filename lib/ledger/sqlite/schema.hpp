// The tables, from version to version.
#pragma once

#include <SQLiteCpp/Database.h>

#include <optional>
#include <string>

namespace ovhl::ledger {

inline constexpr int application_id = 0x6F76684C; // "ovhL"
inline constexpr int newest_version = 2;

int version_of(SQLite::Database&);
bool has_our_id(SQLite::Database&);
bool is_empty(SQLite::Database&); // nothing was ever made in it

// Every step that is missing, each whole or not at all.
void bring_up_to_date(SQLite::Database&);

// How the tables, triggers and indexes differ from those its version has; nothing: not at all.
struct difference {
  std::string what;
  bool unreadable = false; // a view or another table stands where records or the head should
};
std::optional<difference> difference_from_schema(SQLite::Database&);

} // namespace ovhl::ledger
