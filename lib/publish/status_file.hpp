// status.json: written from the daemon's snapshot, and read back for a person or a monitoring
// system.
#pragma once

#include "base/error.hpp"
#include "publish/fleet_counts.hpp"
#include "publish/snapshot.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::publish {

struct fleet_summary : fleet_counts {
  std::map<std::string, std::size_t> licenses;
};

struct status_view : fleet_summary {
  daemon_status daemon;
  policy_status policy;
  poll_status poll;
  ledger_status ledger; // without the time of its last record
  std::vector<datacenter_row>
      datacenters; // without their counts of verdicts and licenses: the file has only the sums
  std::vector<cause_row> causes; // of all VMs that are not compliant
  std::vector<finding> findings; // the most urgent of them
  std::vector<correction_row> corrections;
  std::vector<exemption_row> exemptions;
  std::vector<problem_row> errors;   // advice is in their message
  std::vector<account_row> accounts; // without their counters
  // How long a poll may take; from the settings, not from the file.
  std::chrono::seconds poll_timeout = std::chrono::minutes(4);

  // Also works if only the findings were filled in.
  std::vector<cause_row> every_cause() const;
  std::size_t due() const; // corrections
  std::size_t in_state(due_state) const;
  // A poll has finished and read everything.
  bool complete() const noexcept { return poll.finished_at.has_value() && poll.complete; }
  // The VMs of at least one datacenter are known.
  bool seen_any() const noexcept;
  // The current poll should have finished: the daemon hangs or is gone.
  bool overdue(instant now) const noexcept;
};

// A million findings take half of it.
inline constexpr std::size_t largest_status = std::size_t(1) << 30U;

std::string status_json(const snapshot&); // ends with a newline
// Unknown keys are ignored; an error names the JSON path of what is missing or wrong.
result<status_view> read_status(std::string_view json);

} // namespace ovhl::publish
