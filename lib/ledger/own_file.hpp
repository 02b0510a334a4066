// The files of a ledger: mode 0640, and when root makes them they belong to whom the directory
// belongs, so that the service's user can go on with a ledger that root's `apply` began.
#pragma once

#include <filesystem>

namespace ovhl::ledger {

// Opens it for reading and writing, making it where there is none. -1 and errno where it cannot.
int open_own_file(const std::filesystem::path&) noexcept;

} // namespace ovhl::ledger
