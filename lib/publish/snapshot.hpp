// Everything the daemon publishes at one moment, as one value: status.json (status_file.hpp) and
// the metrics are two forms of it.
#pragma once

#include "base/error.hpp"
#include "base/timestamp.hpp"
#include "licensing/correction_goal.hpp"
#include "licensing/correction_state.hpp"
#include "licensing/decide.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ovhl::publish {

enum class daemon_state : std::uint8_t { starting, ok, degraded, failing, stopping };
std::string_view name(daemon_state) noexcept;

using licensing::due_state;
using licensing::name;

// A VM as every table shows it.
struct vm_row {
  licensing::place where;
  std::int64_t vm_id = 0;
  std::string name;
  std::optional<std::string> guest_os_family, reported_guest_os_family;

  friend bool operator==(const vm_row&, const vm_row&) = default;
};

struct finding : vm_row {
  std::optional<std::string> license;
  std::optional<std::string> expected; // a license, "none"; null where a person must decide
  licensing::verdict verdict{};
  licensing::action action{};
  due_state state = due_state::none;
  std::string rule; // empty: none
  std::string reason;
  instant since{};
  std::optional<std::int64_t> task_id;
  std::optional<std::string> error;      // why it is held, or failed, in words
  std::optional<licensing::guard> guard; // what holds it back
  std::optional<instant> until;          // and until when
  bool acknowledged = false;             // a review that a person knows about
};

// How many VMs of a cause have a correction in this state, held by this guard.
struct cause_state {
  due_state state = due_state::none;
  std::optional<licensing::guard> by;
  std::size_t vms = 0;
  instant since{}; // of the oldest verdict

  friend bool operator==(const cause_state&, const cause_state&) = default;
};

// What similar findings have in common; causes.hpp makes them.
struct cause_row {
  licensing::verdict verdict{};
  std::optional<std::string> expected, license, guest_os_family, reported_guest_os_family;
  std::string rule; // empty: none
  std::string reason;
  licensing::action action{}; // due for some of them; `states` has how many
  std::size_t vms = 0;
  instant since{};                 // the first of them; not known: unset
  std::vector<std::string> names;  // the first three; an ID where a VM has none
  std::vector<cause_state> states; // of the corrections due, by state and guard

  friend bool operator==(const cause_row&, const cause_row&) = default;
};

struct datacenter_row {
  licensing::place where;
  std::size_t vms = 0;
  bool ok = false;
  std::optional<std::string> error;
  std::optional<instant> observed_at; // never seen: none
  std::array<std::size_t, licensing::verdict_count> verdicts{};
  std::map<std::string, std::size_t> licenses; // declared, by name
  std::size_t acknowledged = 0;                // of the reviews
};

enum class exemption_kind : std::uint8_t { keep, review }; // review: that is acknowledged
std::string_view name(exemption_kind) noexcept;

struct exemption_row {
  std::string rule, reason;
  std::optional<day> until; // none: never
  std::size_t vms = 0;
  bool expired = false;
  exemption_kind kind = exemption_kind::keep;
};

struct correction_row {
  instant at{};
  std::int64_t vm_id = 0;
  std::string name; // of the VM
  licensing::action action{};
  std::optional<std::string> from, to;
  licensing::outcome outcome{};
  std::optional<std::int64_t> task_id;
  std::string query_id;
  std::string message; // why it ended so; may be empty
};

struct problem_row {
  instant at{};
  ovhl::error what;
  std::string source = {}; // whose problem it is: "poll", "ledger"; not in the file
  bool stands = true;      // it has not cleared
};

struct service_end {
  service_end(day end = {}, bool automatic_ = false) : on(end), automatic(automatic_) {}
  day on;
  bool automatic; // it renews itself
};

struct account_row {
  std::string account;
  std::uint64_t answered_2xx = 0, answered_4xx = 0, answered_5xx = 0, failed = 0, throttled = 0;
  std::optional<instant> credential_expiry;
  std::map<std::string, service_end> service_expiry;
};

struct daemon_status {
  std::string version;
  int pid = 0;
  daemon_state state = daemon_state::starting;
  instant started_at{};
  bool corrections = true; // the switch in config.yaml
};

struct policy_status {
  std::string path, sha256;
  licensing::mode mode{};
  instant loaded_at{};
  struct reload {
    instant at{};
    bool ok = true;
    std::optional<std::string> error;
  } last_reload;
};

struct poll_status {
  std::uint64_t number = 0; // 0: none has started
  std::optional<instant> started_at, finished_at;
  bool ok = false, complete = false; // these and the duration mean nothing before it is finished
  double duration_seconds = 0;
  std::uint64_t api_requests = 0;
  std::optional<instant> next_at;
};

struct ledger_status {
  std::optional<instant> last_record_at; // only in the metrics
  std::optional<std::string> problem;    // why nothing can be recorded
  std::optional<std::string> yielded_to; // "apply by alice": meanwhile nothing is corrected
  std::optional<instant> yielded_since;
};

// The whole value. An instant or a text that was never set is unknown, and null in JSON.
struct snapshot {
  daemon_status daemon;
  policy_status policy;
  poll_status poll;
  ledger_status ledger;

  std::optional<instant> last_poll_at, last_success_at; // finished; finished and complete
  std::optional<instant> last_partial_at;               // finished, and saw a part
  std::chrono::seconds poll_interval{};                 // of the settings in force; 0: not known
  std::uint64_t polls_succeeded = 0, polls_partial = 0, polls_failed = 0;

  // By action (setLicense, removeLicense) and outcome, since the start.
  std::array<std::array<std::uint64_t, licensing::outcome_count>, 2> corrections_ended{};

  std::vector<datacenter_row> datacenters;
  std::vector<cause_row> causes; // of every VM that is not compliant, the most urgent first
  std::vector<finding> findings; // the most urgent of them; without `causes`: all of them
  std::vector<correction_row> corrections;
  std::vector<exemption_row> exemptions;
  std::vector<problem_row> errors;
  std::vector<account_row> accounts;
};

} // namespace ovhl::publish
