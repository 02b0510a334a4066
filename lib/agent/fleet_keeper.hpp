// Keeps what is known of the fleet: takes over each survey, decides by the policy in force, and
// shows the decisions with the states of their corrections.
#pragma once

#include "agent/duty.hpp"
#include "agent/state.hpp"
#include "agent/surveyed.hpp"

#include <memory>

namespace ovhl::agent {

class fleet_keeper {
 public:
  fleet_keeper(duty_context& with, fleet& mine) : with_(with), mine_(mine) {}

  // Takes over a survey. Where it has gaps, what earlier ones saw stays.
  void saw(licensing::inventory fresh);
  // Decides anew, remembers, and logs every change.
  std::shared_ptr<const surveyed> decide();
  void show(const surveyed&, const licensing::due_corrections&);
  // A correction is now in this state. False: none is due on that VM.
  bool put(const licensing::vm_key&, const licensing::correction_state&);
  void hold_waiting(const licensing::correction_state&);

  // Takes over what the ledger remembers, unless there was a survey already.
  void remember(licensing::memory);
  // Forgets what the configuration no longer covers: those VMs are not gone.
  void drop_uncovered(const setup& wanted);

 private:
  licensing::inventory& own_picture(); // ours alone, so that it can be changed

  duty_context& with_;
  fleet& mine_;
};

} // namespace ovhl::agent
