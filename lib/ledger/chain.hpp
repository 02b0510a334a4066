// Checks the chain over the stored rows, and describes what was done to a row that does not fit.
// Pure.
#pragma once

#include "ledger/record.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace ovhl::ledger {

// As it is stored, whether or not it makes sense.
struct row {
  std::int64_t number = 0, at = 0;
  std::string kind, account, service;
  std::int64_t datacenter = 0, vm = 0, about = 0;
  std::string body;
  std::string previous, digest; // in hexadecimal
};
// As if it had this number.
std::string canonical(std::int64_t number, const row&);
// Nothing for a kind that is not known.
std::optional<record> record_of(const row&);

inline const std::string no_digest(64, '0'); // before the first record

class chain {
 public:
  // The rows that come after one another; nothing at the end.
  using following = std::function<std::optional<row>()>;

  // Whether it is the next one.
  bool fits(const row&) const;
  // The next one in the order of their numbers. Nothing: it fits. Else what was done, for which
  // those behind it may have to be looked at.
  std::optional<std::string> take(const row&, const following& rest);
  // Whether the head belongs to what was taken.
  std::optional<std::string> end(const head&, const std::string& seal) const;

  std::int64_t records() const noexcept { return records_; }
  const std::string& digest() const noexcept { return digest_; }

 private:
  std::string flaw(const row&, const following& rest) const;

  std::int64_t records_ = 0;
  std::string digest_ = no_digest;
};

} // namespace ovhl::ledger
