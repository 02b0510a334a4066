// Reads status.json and shows it to a person: `ovh-licensed status`.
#pragma once

#include "base/error.hpp"
#include "base/terminal.hpp"
#include "publish/row_filter.hpp"
#include "publish/snapshot.hpp"

#include <array>
#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::publish {

struct status_view {
  daemon_line daemon;
  policy_line policy;
  poll_line poll;
  std::size_t vms = 0;
  std::array<std::size_t, licensing::verdict_count> verdicts{};
  std::map<std::string, std::size_t> licenses;
  std::size_t acknowledged = 0; // of the reviews
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

// Keys it does not know are ignored; an error names the JSON path of what is missing or wrong.
result<status_view> read_status(std::string_view json);

// What to show besides state, errors, numbers and causes.
struct status_choice {
  bool rows = false; // each VM
  row_filter only;   // for rows and causes
  bool runs = true;  // the daemon's process does
};
// State with its reason, errors, what to do next, numbers, causes, and rows on request.
std::string status_text(const status_view&, const terminal&, instant now,
                        const status_choice& = {});
// For a daemon that has written no status file since the machine was started.
std::string never_ran_text(const std::string& file, const terminal&);
// The VMs that the file lists, for spreadsheets.
std::string status_csv(const status_view&, const row_filter&);

} // namespace ovhl::publish
