// Who holds a ledger open, why it may not be opened, and how safely a record is kept.
#pragma once

#include "base/error.hpp"
#include "base/timestamp.hpp"

#include <cstdint>
#include <string>

namespace ovhl::ledger {

// Who holds it open, shown to others who find it in use: "ovh-licensed run".
struct holder {
  std::string command;
  int pid = 0;
  instant since{};
  bool yields = false; // it gives the ledger to a process with a claim; its lock file says so
};

// Why a ledger could not be opened, and what to do.
struct open_failure {
  error why;
  bool held = false;   // another process has it
  bool yields = false; // with `held`: that process gives it to a claim
};

enum class durability : std::uint8_t {
  written, // survives the end of the process
  on_disk  // also survives a power failure
};

} // namespace ovhl::ledger
