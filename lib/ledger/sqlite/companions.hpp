// Before SQLite opens anything: what lies beside the ledger must be its own. A journal that
// somebody put there would make SQLite write, and delete files it names.
#pragma once

#include "base/error.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>

struct stat;

namespace ovhl::ledger {

enum class purpose : std::uint8_t { write, read };
// What is wrong there, with what to do; nothing: go in.
std::optional<error> companion_problem(const std::filesystem::path& ledger, purpose);

// Whether it is a regular file with one name that belongs to root or to us; else what it is.
std::optional<error> not_ours(const std::filesystem::path&, const struct stat&);

} // namespace ovhl::ledger
