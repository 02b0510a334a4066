// Everything the daemon knows at one moment, as one value. Each part is written by the one class
// named beside it and read by all. snapshot_of() turns it into what is published. A new capability
// adds its part here and its duty to daemon.hpp.
#pragma once

#include "agent/overview.hpp"
#include "agent/problems.hpp"
#include "agent/setup.hpp"
#include "licensing/decide.hpp"
#include "licensing/inventory.hpp"
#include "publish/snapshot.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ovhl::agent {

struct configuration { // daemon
  std::shared_ptr<const agent::setup> setup;
  instant loaded_at{};
  publish::policy_status::reload last_reload;
};

struct fleet { // fleet_keeper
  // As of the last survey; where that failed, of the last that did not. Shared while it is
  // recorded.
  std::shared_ptr<licensing::inventory> seen = std::make_shared<licensing::inventory>();
  bool surveyed = false; // a survey was completed
  licensing::memory memory;
  std::vector<publish::datacenter_row> datacenters;
  std::vector<publish::exemption_row> exemptions;
  agent::overview overview;
};

struct polls { // poller
  publish::poll_status last;
  std::optional<instant> finished_at, succeeded_at, partial_at;
  std::uint64_t succeeded = 0, partial = 0, failed = 0;
  int failures = 0; // polls in a row that saw nothing
};

struct corrections {                               // correction_tracker
  std::vector<publish::correction_row> last_ended; // the last hundred
  // By action (setLicense, removeLicense) and outcome, since the start.
  std::array<std::array<std::uint64_t, licensing::outcome_count>, 2> ended{};
};

struct account_facts { // expiry
  std::optional<instant> credential_expiry;
  std::map<std::string, publish::service_end> service_expiry;
};

struct role { // yielding
  std::string yielded_to;
  std::optional<instant> since;
};

// What is read from others right before publishing.
struct measurements { // publisher
  std::optional<instant> ledger_last_record_at;
  std::optional<error> ledger_problem; // nothing can be recorded
  bool yielded = false;                // the ledger, to another process
  std::vector<publish::account_row> accounts;
};

struct state {
  instant started_at{};
  bool stopping = false; // daemon
  agent::configuration configuration;
  agent::fleet fleet;
  agent::polls polls;
  agent::corrections corrections;
  std::map<std::string, account_facts> accounts; // by name
  agent::role role;
  agent::measurements measured;
  agent::problems problems; // problem_reporter
};

} // namespace ovhl::agent
