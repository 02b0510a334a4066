// A witness is kept outside the ledger and knows a record that was in it, by number and digest. A
// ledger that is shorter, or has another record in its place, has lost records or was changed.
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

// Compares records with what witnesses know, while they are read in their order. Pure.
class witness_check {
 public:
  explicit witness_check(std::vector<witness> all) : witnesses_(std::move(all)) {}

  void take(const record&);
  // How the ledger, which ends with this record, contradicts the witnesses, in words.
  std::optional<std::string> end(std::int64_t records) const;

 private:
  std::vector<witness> witnesses_;
  std::optional<std::string> contradiction_;
};

} // namespace ovhl::ledger
