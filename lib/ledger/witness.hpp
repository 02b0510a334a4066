// What somebody remembers of a ledger apart from it: the number and the digest of a record that was
// there. A ledger that is shorter, or has another record in that place, is not the same any more.
#pragma once

#include "ledger/record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ovhl::ledger {

struct witness {
  std::int64_t record = 0;
  std::string digest; // in hexadecimal

  friend bool operator==(const witness&, const witness&) = default;
};

// Compares while the records are read in their order. Pure.
class witness_check {
 public:
  explicit witness_check(std::vector<witness> all) : witnesses_(std::move(all)) {}

  void take(const record&);
  // How the ledger that ends with this record contradicts them, in words.
  std::optional<std::string> end(std::int64_t records) const;

 private:
  std::vector<witness> witnesses_;
  std::optional<std::string> contradiction_;
};

} // namespace ovhl::ledger
