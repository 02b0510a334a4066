// The bodies of records, as values and as JSON. An unset optional is left out. Old keys are read
// forever; a new one must be io.optional(). The record, not its body, says which VM it is about:
// parse() leaves `which` empty.
// To add a body: its struct here and in `body`; its fields() and its two instances in bodies.cpp.
#pragma once

#include "base/error.hpp"
#include "ledger/record.hpp"
#include "licensing/correction_goal.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ovhl::ledger {

struct started_body {
  std::string by;   // "run", "apply"
  std::string user; // of the operating system
  std::int64_t pid = 0;
  std::string version;              // of the program
  std::optional<instant> last_poll; // the observed datacenters were observed until then

  friend bool operator==(const started_body&, const started_body&) = default;
};
struct policy_body {
  std::string sha256, path;
  licensing::mode mode{};
  std::optional<std::string> text; // none: an earlier record has it

  friend bool operator==(const policy_body&, const policy_body&) = default;
};
struct gap_body {
  std::optional<instant> last_seen; // none: never
  std::string cause;                // "unreachable", "timeout", …: name(failure)
  std::string message;

  friend bool operator==(const gap_body&, const gap_body&) = default;
};
// `license` is what people see: the one in the VM's details if there is one, else the listed one.
struct vm_body {
  std::string name;
  std::optional<std::string> guest_os_family, reported_guest_os_family, license;
  licensing::verdict verdict{};
  licensing::action action{};          // due; none in old records, which did not keep it
  std::optional<std::string> expected; // the license to set
  std::string rule;
  licensing::power_state power{};
  std::int32_t cpus = 0;
  licensing::occasion occasion{};
  instant since{};                  // the verdict is the same since then
  std::optional<instant> last_seen; // the state before; none: there was none

  // Changes with every member but last_seen: a new fingerprint is a reason for a new record.
  std::uint64_t fingerprint() const noexcept;
  // As in licensing::memory; 0 if something was due and the record is too old to say what.
  std::uint32_t due_fingerprint() const noexcept;

  friend bool operator==(const vm_body&, const vm_body&) = default;
};
struct gone_body {
  std::optional<instant> last_seen;

  friend bool operator==(const gone_body&, const gone_body&) = default;
};
struct clock_body {
  instant before{}; // the clock before it was set back

  friend bool operator==(const clock_body&, const clock_body&) = default;
};

// A result is complete without its intent, because a correction may be dropped before it.
struct result_body {
  licensing::ending end;
  licensing::action action{};
  std::optional<std::string> from, to;
  std::string name;

  friend bool operator==(const result_body&, const result_body&) = default;
};

template <class T>
concept body =
    std::same_as<T, started_body> || std::same_as<T, policy_body> || std::same_as<T, gap_body> ||
    std::same_as<T, vm_body> || std::same_as<T, gone_body> || std::same_as<T, clock_body> ||
    std::same_as<T, licensing::intent> || std::same_as<T, licensing::sent> ||
    std::same_as<T, licensing::followed> || std::same_as<T, result_body>;

template <body T>
std::string text(const T&);
// The error names the key; the caller fills in `where`.
template <body T>
result<T> parse(std::string_view body);

} // namespace ovhl::ledger
