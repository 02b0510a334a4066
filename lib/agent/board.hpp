// The daemon's public face: one snapshot, kept up to date and written to the status file and, where
// wanted, the Prometheus file.
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
  // The troubles a source has now: those that are new are told and kept among the last hundred.
  void troubles(const std::string& source, const std::vector<error>& now, instant at);
  // A correction that has ended, now or before a restart; and how many ended how since the start.
  void corrected(const licensing::vm_key&, const ledger::result_body&, instant at);
  void forget_corrections() { snapshot_.corrections.clear(); } // to be told anew
  void count(licensing::action, licensing::outcome);

  // A file that cannot be written is a trouble to tell, not a reason to stop watching.
  // Neither needs to outlast a power failure: after a start they are written anew.
  void write(instant at);

 private:
  narrator* voice_;
  publish::snapshot snapshot_;
  std::filesystem::path status_file_;
  std::optional<std::filesystem::path> prometheus_file_;
};

} // namespace ovhl::agent
