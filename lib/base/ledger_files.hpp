// The files that stand beside a ledger under its name, for the rooms that must know all of them:
// one forgotten would be written over, or trusted.
#pragma once

#include <array>
#include <filesystem>

namespace ovhl {

inline constexpr std::array ledger_companions{"-wal",  "-shm",    "-journal",
                                              ".lock", ".wanted", ".witness"};

inline std::filesystem::path beside(std::filesystem::path ledger, const char* ending) {
  return ledger += ending;
}

} // namespace ovhl
