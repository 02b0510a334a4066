// Checks the chain over the stored rows, and describes what was done to a row that does not fit.
// Pure.
#pragma once

#include "ledger/record.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace ovhl::ledger {

// A stored record, whether or not it makes sense.
struct row {
  std::int64_t number = 0, at = 0;
  std::string kind, account, service;
  std::int64_t datacenter = 0, vm = 0, about = 0;
  std::string body;
  std::string previous, digest; // in hexadecimal
};
// The canonical form of a row if it had this number.
std::string canonical(std::int64_t number, const row&);
// Nothing if its kind is unknown.
std::optional<record> record_of(const row&);

inline const std::string no_digest(64, '0'); // before the first record

class chain {
 public:
  // Returns the following rows one after another; nothing at the end.
  using following = std::function<std::optional<row>()>;

  // Whether the row is the next link of the chain.
  bool fits(const row&) const;
  // Takes the next row. Nothing: it fits. Else what was done to it; finding that out may read the
  // rows behind it.
  std::optional<std::string> take(const row&, const following& rest);
  // What is wrong with the head after these rows; nothing: it fits.
  std::optional<std::string> end(const head&, const std::string& seal) const;

  std::int64_t records() const noexcept { return records_; }
  const std::string& digest() const noexcept { return digest_; }

 private:
  std::string flaw(const row&, const following& rest) const;

  std::int64_t records_ = 0;
  std::string digest_ = no_digest;
};

} // namespace ovhl::ledger
