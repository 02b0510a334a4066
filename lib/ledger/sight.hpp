// What a file is, before its records are read.
#pragma once

#include "base/error.hpp"

#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <optional>

namespace ovhl::ledger {

// What can be told before SQLite touches the file: that it is not there, none, or too new. An empty
// one is a ledger that has not begun.
std::optional<error> first_sight(const std::filesystem::path&);
// And what only SQLite can tell.
std::optional<error> second_sight(SQLite::Database&, const std::filesystem::path&);

// For reading beside a writer; throws what SQLite throws.
SQLite::Database open_to_read(const std::filesystem::path&);

} // namespace ovhl::ledger
