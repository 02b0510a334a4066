// Who opens a ledger, how it can be refused, and how safely a record is kept.
#pragma once

#include "base/error.hpp"
#include "base/timestamp.hpp"

#include <cstdint>
#include <string>

namespace ovhl::ledger {

// Who opens it, for the one who finds it taken: "ovh-licensed run".
struct holder {
  std::string command;
  int pid = 0;
  instant since{};
  bool yields = false; // to whom a claim() is laid for; it says so where it signs
};

// The error names what is wrong and what to do.
struct open_failure {
  error why;
  bool held = false;   // another process has it
  bool yields = false; // with held: that process gives it when it is asked
};

enum class durability : std::uint8_t {
  written, // survives the end of the process
  on_disk  // survives the end of power, too
};

} // namespace ovhl::ledger
