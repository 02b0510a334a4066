#include "ledger/chain.hpp"

#include "base/digest.hpp"

#include <fmt/format.h>

namespace ovhl::ledger {

namespace {

// How far from its place a moved record is searched.
constexpr std::int64_t reach = 10'000;

bool fits_as(std::int64_t number, const row& r) { return sha256(canonical(number, r)) == r.digest; }

// The number of a record when its digest was made; 0: no nearby number fits.
std::int64_t number_when_made(const row& r, std::int64_t near) {
  for (std::int64_t distance = 0; distance <= reach; ++distance) {
    if (fits_as(near + distance, r)) return near + distance;
    if (distance < near && fits_as(near - distance, r)) return near - distance;
  }
  return 0;
}

bool stands_behind(std::int64_t number, const chain::following& rest) {
  for (std::int64_t i = 0; i <= reach; ++i) {
    const auto next = rest();
    if (!next) return false;
    if (fits_as(number, *next)) return true;
  }
  return false;
}

} // namespace

std::optional<record> record_of(const row& r) {
  const auto kind = parse_kind(r.kind);
  if (!kind) return std::nullopt;
  record made;
  made.at = instant(std::chrono::seconds(r.at));
  made.kind = *kind;
  made.where = {r.account, r.service, r.datacenter};
  made.vm = r.vm;
  made.about = r.about;
  made.body = r.body;
  made.number = r.number;
  made.previous = r.previous;
  made.digest = r.digest;
  return made;
}

bool chain::fits(const row& r) const {
  return r.number == records_ + 1 && r.previous == digest_ && fits_as(r.number, r);
}

std::optional<std::string> chain::take(const row& r, const following& rest) {
  if (!fits(r)) return flaw(r, rest);
  records_ = r.number;
  digest_ = r.digest;
  return std::nullopt;
}

std::string chain::flaw(const row& r, const following& rest) const {
  const std::int64_t due = records_ + 1;
  if (r.number < due) return fmt::format("record {} was inserted", r.number);
  if (r.number == due + 1) return fmt::format("record {} is missing", due);
  if (r.number > due) return fmt::format("records {} to {} are missing", due, r.number - 1);

  const std::int64_t was = number_when_made(r, due);
  if (was == due)
    return fmt::format("record {} does not follow the one before it: one of them was replaced",
                       due);
  if (was > 0 && was < due)
    return fmt::format("record {0} was inserted: the original record {0} is now record {1}", was,
                       due);
  const bool behind = stands_behind(due, rest);
  if (was == 0)
    return behind
               ? fmt::format("record {0} was inserted: the original record {0} comes after it", due)
               : fmt::format("record {} was changed: its digest does not match its content", due);
  return behind ? fmt::format("records were reordered: record {} is in the place of record {}", was,
                              due)
                : fmt::format("record {} is missing: record {} is in its place", due, was);
}

std::optional<std::string> chain::end(const head& h, const std::string& seal) const {
  if (seal != seal_of(h)) return "the head was changed: its seal does not match its content";
  if (h.records > records_)
    return fmt::format(
        "the last records are missing: the ledger had reached record {}, but ends with record {}",
        h.records, records_);
  if (h.records < records_)
    return fmt::format("record {} was inserted: the ledger had reached record {}", h.records + 1,
                       h.records);
  if (h.digest != digest_)
    return fmt::format("record {} was replaced: its digest is not the one in the head", records_);
  return std::nullopt;
}

} // namespace ovhl::ledger
