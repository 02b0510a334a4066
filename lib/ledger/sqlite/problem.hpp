// What can go wrong with the ledger's file, in words and with advice.
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <string>

namespace SQLite {
class Exception;
}

namespace ovhl::ledger {

// Of open(2) and its like, by errno.
error cannot_open(const std::filesystem::path&, int code);
error cannot_write(const std::filesystem::path&, int code);
error not_begun(const std::filesystem::path&);
// It is there, and is not a ledger, or not one that can be relied on any more.
error not_a_ledger(const std::filesystem::path&, std::string what);
error damaged(const std::filesystem::path&, std::string what);
error too_new(const std::filesystem::path&, int version, int known);
// A file that was open is not at its path any more: `which`, the ledger or one beside it.
error displaced(const std::filesystem::path&, const std::filesystem::path& which);
// The ledger fits, and once held more, or something else.
// `how_to_go_on`: for a person who restores it, or knowingly does without.
std::string how_to_go_on(const std::filesystem::path&);
error lost(const std::filesystem::path&, std::string what);
error given_up(const std::filesystem::path&); // reading it, because the program stops
// Another process has it open, and no lock file says who that is.
error taken_without_lock_file(const std::filesystem::path&);
// What SQLite says. `doing`: "written", "read".
error problem(const std::filesystem::path&, const SQLite::Exception&, const char* doing);
// Whether SQLite says that what stands in the file cannot be right, rather than that it could not
// be read.
bool is_damage(const SQLite::Exception&) noexcept;

} // namespace ovhl::ledger
