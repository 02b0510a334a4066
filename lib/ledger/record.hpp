// One record of the ledger, and its canonical form, over which the chain of digests is made. Pure.
// ARCHITECTURE.md describes the form; changing it would break every existing chain.
#pragma once

#include "base/timestamp.hpp"
#include "licensing/inventory.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ovhl::ledger {

// To add a kind: here, its name in record.cpp, its body in bodies.hpp, its meaning in history.cpp.
enum class kind : std::uint8_t {
  started, // somebody opened the ledger to write: who, and when the last poll was
  stopped, // that writer closed it in good order
  policy,  // a policy is in force from now on; with its text if it is new
  seen, // a datacenter is observed from now on (with datacenter 0: a service's or account's lists)
  gap,  // a datacenter is no longer observed: since when, and why
  vm,   // the state of a VM from now on, and until when it was in the state before
  gone, // a VM is not listed any more; with vm 0: a datacenter
  intent,  // a correction will be made
  request, // the answer to its request
  task,    // a task was taken over, has ended or was given up
  result,  // how the correction ended
  clock    // the clock was set back
};
std::string_view name(kind) noexcept;
std::optional<kind> parse_kind(std::string_view) noexcept;

struct new_record {
  instant at{};
  ledger::kind kind{};
  licensing::place where; // parts that do not apply are empty
  std::int64_t vm = 0;    // 0: none
  std::int64_t about = 0; // of a request, task or result: the number of its intent
  std::string body;       // JSON

  friend bool operator==(const new_record&, const new_record&) = default;
};

struct record : new_record {
  std::int64_t number = 0; // from 1, without gaps
  std::string previous;    // digest of the record before; of the first: 64 zeros
  std::string digest;      // of this one, in hexadecimal
};

// The text over which the digest is made: every field with its length, so that no two records have
// the same form.
std::string canonical(std::int64_t number, const new_record&, std::string_view previous);
std::string digest_of(std::int64_t number, const new_record&, std::string_view previous);

// The end of the chain and the last poll: the only row that is rewritten. Its seal is a digest that
// reveals missing records at the end and a changed time.
struct head {
  std::int64_t records = 0;
  std::string digest;               // of the last record; of none: 64 zeros
  std::optional<instant> polled_at; // the last recorded poll, even if nothing changed
  std::int64_t polls = 0;           // in all

  friend bool operator==(const head&, const head&) = default;
};
std::string seal_of(const head&);

} // namespace ovhl::ledger
