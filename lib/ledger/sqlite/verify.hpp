// Reads a ledger from outside, as `ovh-licensed verify` and `history` do: without a lock, beside
// whoever writes to it.
#pragma once

#include "base/error.hpp"
#include "ledger/record.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace ovhl::ledger {

// What `ovh-licensed verify` finds. verify() changes nothing and needs no lock, so it may run
// beside the daemon.
struct verification {
  std::int64_t records = 0; // that fit, up to the flaw
  std::optional<instant> first, last;
  std::optional<std::string> flaw; // "record 17 was changed", in words; none: all fit
  std::string digest;  // of the last record that fits, to be compared with one noted earlier
  std::string advice;  // what to do about the flaw; may be empty
  bool unread = false; // the flaw: its tables are not a ledger's, and were not read
};
result<verification>
verify(const std::filesystem::path&,
       const std::function<void(std::int64_t done, std::int64_t of)>& on_progress = {});

// Passes on every record in order, unchecked; may run beside the writer.
result<void> read(const std::filesystem::path&, const std::function<void(const record&)>&);

} // namespace ovhl::ledger
