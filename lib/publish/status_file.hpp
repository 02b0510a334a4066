// status.json: written from the daemon's snapshot, and read back for a person or a monitoring
// system.
#pragma once

#include "base/error.hpp"
#include "publish/first_look.hpp"
#include "publish/snapshot.hpp"

#include <chrono>
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
  daemon_line daemon;
  policy_line policy;
  poll_line poll;
  std::vector<datacenter_line>
      datacenters; // without their counts of verdicts and licenses: the file has them in sum
  std::vector<cause_line> causes; // of all that are not compliant
  std::vector<finding> findings;  // the most urgent of them
  std::vector<correction_line> corrections;
  std::vector<exemption_line> exemptions;
  std::vector<error_line> errors;     // advice is in their message
  std::vector<account_line> accounts; // without their counters
  std::optional<std::string> ledger_trouble;
  std::optional<std::string> ledger_yielded_to;
  std::optional<instant> ledger_yielded_since;
  // How long a poll may take; the settings say, not the file.
  std::chrono::seconds poll_timeout = std::chrono::minutes(4);

  // Also works if only the findings were filled in.
  std::vector<cause_line> every_cause() const;
  std::size_t due() const; // corrections
  std::size_t in_state(due_state) const;
  // A poll has finished and read everything.
  bool complete() const noexcept { return poll.finished_at.has_value() && poll.complete; }
  // The VMs of at least one datacenter are known.
  bool seen_any() const noexcept;
  // The current poll should have finished: the daemon hangs or is gone.
  bool overdue(instant now) const noexcept;
};

std::string status_json(const snapshot&); // product's key order, ends with a newline
// Keys it does not know are ignored; an error names the JSON path of what is missing or wrong.
result<status_view> read_status(std::string_view json);

} // namespace ovhl::publish
