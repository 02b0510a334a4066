// The daemon's log about its polls: one line for each poll, change of verdict and ended correction,
// and one when a problem starts and when it clears. Nothing is repeated that has not changed.
#pragma once

#include "agent/problems.hpp"
#include "base/timestamp.hpp"
#include "ledger/witness.hpp"
#include "licensing/correction_goal.hpp"
#include "licensing/decide.hpp"
#include "os/log.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace ovhl::agent {

struct poll_report {
  std::uint64_t number = 0;
  instant started_at{};
  bool complete = false;
  bool failed = false; // nothing at all could be read
  std::string summary; // "1200 VMs in 1 datacenter: …"
  std::size_t due = 0;
  std::uint64_t requests = 0;
  double seconds = 0;
};

class event_log {
 public:
  explicit event_log(const os::log& log) : log_(&log) {}

  void poll(const poll_report&);
  void changes(std::span<const licensing::change>);
  void correction(const licensing::correction&, const licensing::ending&);
  // Logs up to which record the ledger is on disk, so that the journal is a witness to it.
  void witnessed(const std::optional<ledger::witness>&);
  void no_longer_watched(const std::string& account, const std::string& service);
  void problems(const agent::problems::change&);

 private:
  const os::log* log_;
  std::optional<ledger::witness> witness_;
};

} // namespace ovhl::agent
