// The witness on disk, beside its ledger: `ledger.db.witness`. It never says more than what was on
// disk before it. Its form is written down in ARCHITECTURE.md.
#pragma once

#include "base/error.hpp"
#include "ledger/witness.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace ovhl::ledger {

std::string text(const witness&);
std::optional<witness> parse_witness(std::string_view);

std::filesystem::path witness_of(const std::filesystem::path& ledger);

struct witness_reading {
  std::optional<witness> seen; // neither this nor `why`: there is no witness
  std::optional<error> why;    // it cannot be read
  bool damaged = false;        // it can, and makes no sense
};
witness_reading read_witness(const std::filesystem::path& ledger);

// Replaced as a whole, and on disk when this returns; with the mode and owner of the ledger.
result<void> write_witness(const std::filesystem::path& ledger, const struct stat& ledger_facts,
                           const witness&);

} // namespace ovhl::ledger
