// The daemon's log about its polls: one line for each poll, change of verdict and ended correction,
// and one when a problem starts and when it clears. Nothing is repeated that has not changed.
#pragma once

#include "base/error.hpp"
#include "base/timestamp.hpp"
#include "ledger/witness.hpp"
#include "licensing/correction_goal.hpp"
#include "licensing/decide.hpp"
#include "os/log.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ovhl::agent {

struct poll_report {
  std::uint64_t number = 0;
  instant started_at{};
  bool complete = false;
  bool failed = false; // nothing at all could be looked at
  std::string summary; // "1200 VMs in 1 datacenter: …"
  std::size_t due = 0;
  std::uint64_t requests = 0;
  double seconds = 0;
};

class narrator {
 public:
  explicit narrator(const os::log& log) : log_(&log) {}

  void poll(const poll_report&);
  void changes(std::span<const licensing::change>);
  void correction(const licensing::correction&, const licensing::ending&);
  // Logs up to which record the ledger is on disk, so that the journal is a witness to it.
  void witnessed(const std::optional<ledger::witness>&);
  void no_longer_looked_at(const std::string& account, const std::string& service);
  // The problems of one source ("poll", "status file"): logs new ones, skips known ones, logs
  // cleared ones once. Returns the new ones.
  std::vector<error> problems(const std::string& source, const std::vector<error>& now);
  // The current problems in one line: the first, and how many more. Empty if none.
  std::string current_problems() const;

 private:
  const os::log* log_;
  std::map<std::pair<std::string, std::string>, std::string>
      told_; // source and gist of a problem, and the words for it
  std::optional<ledger::witness> witness_;
};

} // namespace ovhl::agent
