// Checks the files beside a ledger before SQLite opens anything: they must be its own. SQLite would
// play back a journal that somebody else put there, and delete the files that it names.
#pragma once

#include "base/error.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>

struct stat;

namespace ovhl::ledger {

enum class purpose : std::uint8_t { write, read };
// What is wrong there, and what to do; nothing: the ledger may be opened.
std::optional<error> companion_problem(const std::filesystem::path& ledger, purpose);

// What is wrong with a file that must be regular, have one name, and belong to root or to us.
std::optional<error> not_ours(const std::filesystem::path&, const struct stat&);

} // namespace ovhl::ledger
