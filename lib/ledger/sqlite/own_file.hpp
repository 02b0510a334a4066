// The files of a ledger: mode 0640, regular, with one name, and root's or ours. A link in their
// place is refused: it could lead to any file.
#pragma once

#include "base/error.hpp"

#include <filesystem>

namespace ovhl::ledger {

// Opens it for reading and writing, making it where there is none.
result<int> open_own_file(const std::filesystem::path&);

} // namespace ovhl::ledger
