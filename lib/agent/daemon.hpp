// The daemon, put together: the state, the duties that keep it, and what people tell it by signals.
// Everything runs on one event loop, so a request takes effect between two steps, never within one.
#pragma once

#include "agent/accounts.hpp"
#include "agent/actuator.hpp"
#include "agent/correction_tracker.hpp"
#include "agent/duty.hpp"
#include "agent/expiry.hpp"
#include "agent/fleet_keeper.hpp"
#include "agent/poller.hpp"
#include "agent/publisher.hpp"
#include "agent/record_keeper.hpp"
#include "agent/setup.hpp"
#include "agent/state.hpp"
#include "agent/supervisor.hpp"
#include "agent/watchdog.hpp"
#include "agent/yielding.hpp"
#include "loop/clock.hpp"
#include "os/log.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>

namespace ovhl::agent {

class daemon {
 public:
  struct parts {
    boost::asio::any_io_executor executor;
    loop::clock& clock;
    os::log& log;
    accounts& clients;
    record_keeper& ledger;
    actuator& act;                            // while corrections are on
    std::function<read_outcome()> read_again; // configuration, policy and credentials, for reload()
  };

  daemon(parts, setup first);

  // Runs until stop(). Afterwards nothing runs any more, and the status file says so.
  boost::asio::awaitable<void> run();

  void reload();   // SIGHUP
  void poll_now(); // SIGUSR1
  void stop();     // SIGTERM, SIGINT

  const agent::state& state() const noexcept { return state_; }
  // Whether no request is under way but those of polls and corrections.
  bool is_idle() const noexcept { return !expiry_.is_asking(); }

 private:
  void put_in_force(setup);
  void take_over(setup);

  parts parts_;
  agent::state state_;
  duty_context context_;
  fleet_keeper fleet_;
  publisher publisher_;
  correction_tracker corrections_;
  expiry expiry_;
  poller poller_;
  yielding yielding_;
  watchdog watchdog_;
  supervisor supervisor_;
};

} // namespace ovhl::agent
