// Checks that a file is a ledger before its records are read, and sets limits for reading it.
#pragma once

#include "base/error.hpp"

#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <optional>

namespace ovhl::ledger {

struct file_flaw {
  error why;
  bool unfit = false; // it was read, and is no ledger or a damaged one; else it could not be read
};
// What is wrong as far as it shows before SQLite opens the file: it is missing, no ledger, or too
// new. An empty file is a ledger that has not begun.
std::optional<file_flaw> check_file(const std::filesystem::path&);
// What is wrong as far as only SQLite can see.
std::optional<file_flaw> check_database(SQLite::Database&, const std::filesystem::path&);

// Limits what an untrusted file can make SQLite do. The longest record contains a policy of one
// megabyte. The cache is small, because the process mostly sleeps.
void set_bounds(SQLite::Database&);

// Opens it for reading beside a writer; throws what SQLite throws.
SQLite::Database open_to_read(const std::filesystem::path&);

} // namespace ovhl::ledger
