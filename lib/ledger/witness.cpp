#include "ledger/witness.hpp"

#include <fmt/format.h>

namespace ovhl::ledger {

void witness_check::take(const record& r) {
  for (const witness& w : witnesses_)
    if (w.record == r.number && w.digest != r.digest && !contradiction_)
      contradiction_ = fmt::format(
          "record {} was replaced: it was recorded with digest {}, but now has digest {}", r.number,
          w.digest, r.digest);
}

std::optional<std::string> witness_check::end(std::int64_t records) const {
  if (contradiction_) return contradiction_;
  for (const witness& w : witnesses_) {
    if (w.record <= records) continue;
    if (records == 0)
      return fmt::format("its records are missing: it had reached record {}", w.record);
    return fmt::format(
        "the last records are missing: it had reached record {}, but ends with record {}", w.record,
        records);
  }
  return std::nullopt;
}

} // namespace ovhl::ledger
