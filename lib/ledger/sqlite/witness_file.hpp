// The witness in a file beside its ledger: `ledger.db.witness`. It only names a record that was on
// disk before. ARCHITECTURE.md describes its form.
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
  std::optional<witness> seen; // without this and `why`: there is no witness
  std::optional<error> why;    // why it cannot be used
  bool damaged = false;        // it was read, but makes no sense
};
witness_reading read_witness(const std::filesystem::path& ledger);

// Replaces the file atomically, with the mode and owner of the ledger; it is on disk when this
// returns.
result<void> write_witness(const std::filesystem::path& ledger, const struct stat& ledger_facts,
                           const witness&);

} // namespace ovhl::ledger
