// What the daemon publishes: one snapshot, kept up to date and written to the status file and, if
// configured, the Prometheus file.
#pragma once

#include "agent/narrator.hpp"
#include "agent/setup.hpp"
#include "ledger/bodies.hpp"
#include "publish/snapshot.hpp"

namespace ovhl::agent {

class board {
 public:
  board(narrator& voice, instant started_at);

  publish::snapshot& now() noexcept { return snapshot_; }
  const publish::snapshot& now() const noexcept { return snapshot_; }
  void loaded(const setup&, instant at);                                // the set-up in force
  void reloaded(bool ok, std::optional<std::string> error, instant at); // how the last reload went
  // The current problems of a source. New ones are logged and kept among the last hundred.
  void problems(const std::string& source, const std::vector<error>& now, instant at);
  // A correction that ended, now or before a restart; and how many ended since the start, by
  // outcome.
  void corrected(const licensing::vm_key&, const ledger::result_body&, instant at);
  void forget_corrections() { snapshot_.corrections.clear(); } // to be told anew
  void count(licensing::action, licensing::outcome);

  // A file that cannot be written is reported as a problem; it does not stop the daemon.
  // Neither needs to survive a power failure: both are rewritten after a start.
  void write(instant at);

 private:
  narrator* voice_;
  publish::snapshot snapshot_;
  std::filesystem::path status_file_;
  std::optional<std::filesystem::path> prometheus_file_;
};

} // namespace ovhl::agent
