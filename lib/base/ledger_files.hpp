// The files beside a ledger that carry its name, for the rooms that must know all of them: a
// forgotten one would be overwritten, or trusted.
#pragma once

#include <array>
#include <filesystem>

namespace ovhl {

inline constexpr std::array ledger_companions{"-wal",  "-shm",    "-journal",
                                              ".lock", ".wanted", ".witness"};

inline std::filesystem::path beside(std::filesystem::path ledger, const char* suffix) {
  return ledger += suffix;
}

} // namespace ovhl
