// One record of the ledger, and the canonical form that the chain is made over. Pure. The form is
// written down in ARCHITECTURE.md; changing it would break every chain there is.
#pragma once

#include "base/timestamp.hpp"
#include "licensing/inventory.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ovhl::ledger {

// A new kind: here, its name in record.cpp, its body in bodies.hpp, what it means in history.cpp.
enum class kind : std::uint8_t {
  started, // somebody opened the ledger to write: who, and until when polls were seen before
  stopped, // and closed it in good order
  policy,  // a policy is in force from now on; its text where it is new
  seen,   // a datacenter is observed from now on (with datacenter 0: the lists it would stand in) …
  gap,    // … or not any more, since when and why
  vm,     // what is seen of a VM from now on; until when it was seen as before
  gone,   // a VM is not listed any more; with vm 0: the datacenter
  intent, // a correction is to be made
  request, // what was answered to it
  task,    // a task taken over, ended or given up
  result,  // how the correction ended
  clock    // the clock was set back
};
std::string_view name(kind) noexcept;
std::optional<kind> parse_kind(std::string_view) noexcept;

struct new_record {
  instant at{};
  ledger::kind kind{};
  licensing::place where; // empty parts where there is none
  std::int64_t vm = 0;    // 0: none
  std::int64_t about = 0; // the number of the intent that request, task and result belong to
  std::string body;       // JSON

  friend bool operator==(const new_record&, const new_record&) = default;
};

struct record : new_record {
  std::int64_t number = 0; // from 1, without gaps
  std::string previous;    // digest of the record before; of the first: 64 zeros
  std::string digest;      // of this one, in hexadecimal
};

// What the digest is made over. Every field with its length, so that no two records share a form.
std::string canonical(std::int64_t number, const new_record&, std::string_view previous);
std::string digest_of(std::int64_t number, const new_record&, std::string_view previous);

// The end of the chain and the last poll: the one row that is rewritten. Its seal is a digest, so
// that a cut tail and a changed time show.
struct head {
  std::int64_t records = 0;
  std::string digest;               // of the last record; of none: 64 zeros
  std::optional<instant> polled_at; // the last poll that was recorded, be it that nothing changed
  std::int64_t polls = 0;           // in all

  friend bool operator==(const head&, const head&) = default;
};
std::string seal_of(const head&);

} // namespace ovhl::ledger
