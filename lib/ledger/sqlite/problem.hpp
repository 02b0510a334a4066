// The errors about a ledger's file, with advice.
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <string>

namespace SQLite {
class Exception;
}

namespace ovhl::ledger {

// For open(2) and the like; `code` is errno.
error cannot_open(const std::filesystem::path&, int code);
error cannot_write(const std::filesystem::path&, int code);
error not_begun(const std::filesystem::path&);
// The file exists, but is no ledger, or one that cannot be relied on.
error not_a_ledger(const std::filesystem::path&, std::string what);
error damaged(const std::filesystem::path&, std::string what);
error too_new(const std::filesystem::path&, int version, int known);
// An open file is no longer at its path: `which` is the ledger or a file beside it.
error displaced(const std::filesystem::path&, const std::filesystem::path& which);
// The chain fits, but a witness knows more or other records. `how_to_go_on` tells a person how to
// restore the ledger, or how to continue without those records.
std::string how_to_go_on(const std::filesystem::path&);
error lost(const std::filesystem::path&, std::string what);
error given_up(const std::filesystem::path&); // reading was ended because the program stops
// Another process has it open, and no lock file says which one.
error taken_without_lock_file(const std::filesystem::path&);
// An error of SQLite. `doing`: "written", "read".
error problem(const std::filesystem::path&, const SQLite::Exception&, const char* doing);
// Whether SQLite found the file's content damaged, rather than failed to read it.
bool is_damage(const SQLite::Exception&) noexcept;

} // namespace ovhl::ledger
