// What stands in the bodies of records: values to JSON and back. Keys are read forever; a new one
// must be optional when it is read.
#pragma once

#include "base/error.hpp"
#include "ledger/record.hpp"
#include "licensing/course.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ovhl::ledger {

struct started_body {
  std::string by;      // "run", "apply"
  std::string user;    // of the operating system
  std::int64_t pid = 0;
  std::string version; // of the program
  std::optional<instant> last_poll; // until then everything observed was observed
};
struct policy_body {
  std::string sha256, path;
  licensing::mode mode{};
  std::optional<std::string> text; // none: it stands in an earlier record
};
struct gap_body {
  std::optional<instant> last_seen; // none: never
  std::string cause;                // "unreachable", "timeout", …: name(failure)
  std::string message;
};
// `since` and `last_seen` of what was seen before stand beside what is seen now.
struct vm_body {
  std::string name;
  std::optional<std::string> guest_os_family, reported_guest_os_family, license;
  licensing::verdict verdict{};
  std::string rule;
  licensing::power_state power{};
  std::int32_t cpus = 0;
  licensing::occasion occasion{};
  instant since{};                  // the verdict stands since
  std::optional<instant> last_seen; // of the state before; none: there is none

  // All that is compared to see whether something changed; not last_seen.
  std::uint64_t fingerprint() const noexcept;
};
struct gone_body {
  std::optional<instant> last_seen;
  std::string name;
};
struct clock_body {
  instant before{}; // the time that had been reached
};

std::string text(const started_body&);
std::string text(const policy_body&);
std::string text(const gap_body&);
std::string text(const vm_body&);
std::string text(const gone_body&);
std::string text(const clock_body&);
std::string text(const licensing::intent&);
std::string text(const licensing::sent&);
std::string text(const licensing::followed&);
// A result stands by itself, so that a correction dropped before its intent can be told, too.
struct result_body {
  licensing::ending end;
  licensing::action action{};
  std::optional<std::string> from, to;
  std::string name;
};
std::string text(const result_body&);

// T is one of the types above. The error names the key; its `where` is left to the caller.
template <class T>
result<T> parse(std::string_view body);

} // namespace ovhl::ledger
