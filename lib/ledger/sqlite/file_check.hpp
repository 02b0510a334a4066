// What a file is, before its records are read.
#pragma once

#include "base/error.hpp"

#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <optional>

namespace ovhl::ledger {

struct file_flaw {
  error why;
  bool unfit = false; // it could be looked at, and is no ledger, or not one as it was written
};
// What can be told before SQLite touches the file: that it is not there, none, or too new. An empty
// one is a ledger that has not begun.
std::optional<file_flaw> check_file(const std::filesystem::path&);
// And what only SQLite can tell.
std::optional<file_flaw> check_database(SQLite::Database&, const std::filesystem::path&);

// What a file from anywhere may make SQLite do: a record has a megabyte of policy at most. And a
// small cache, because the process mostly sleeps.
void set_bounds(SQLite::Database&);

// For reading beside a writer; throws what SQLite throws.
SQLite::Database open_to_read(const std::filesystem::path&);

} // namespace ovhl::ledger
