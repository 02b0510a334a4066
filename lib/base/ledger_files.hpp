// The names of the files beside a ledger. Every check must know all of them: a forgotten file would
// be overwritten, or trusted.
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
