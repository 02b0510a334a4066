// Opens the files of a ledger. They must be regular, have one name, and belong to root or to us; a
// link is refused, because it could lead to any file.
#pragma once

#include "base/descriptor.hpp"
#include "base/error.hpp"

#include <filesystem>

namespace ovhl::ledger {

// Opens a file for reading and writing; creates it with mode 0640 if there is none.
result<descriptor> open_own_file(const std::filesystem::path&);

} // namespace ovhl::ledger
