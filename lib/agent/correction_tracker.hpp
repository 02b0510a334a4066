// Follows what becomes of corrections between two polls: their states, and how they ended.
#pragma once

#include "agent/actuator.hpp"
#include "agent/duty.hpp"
#include "agent/fleet_keeper.hpp"
#include "agent/publisher.hpp"
#include "ledger/history.hpp"

namespace ovhl::agent {

class correction_tracker {
 public:
  correction_tracker(duty_context& with, fleet_keeper& fleet, publisher& to, corrections& mine)
      : with_(with), fleet_(fleet), publisher_(to), mine_(mine) {}

  correction_events events(); // for actuator::listen()
  // Shows corrections that ended before this process had the ledger.
  void take_over(const ledger::history&);

 private:
  void keep(const licensing::vm_key&, const ledger::result_body&, instant at);
  void ended(const licensing::correction&, const licensing::ending&);

  duty_context& with_;
  fleet_keeper& fleet_;
  publisher& publisher_;
  corrections& mine_;
};

} // namespace ovhl::agent
