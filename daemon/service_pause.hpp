// Asks a running daemon for its ledger, for `apply`. The daemon pauses as long as this object
// exists.
#pragma once

#include "agent/ledger_access.hpp"
#include "config/settings.hpp"
#include "ledger/sqlite/claim.hpp"
#include "loop/clock.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace ovhl {

class service_pause {
 public:
  explicit service_pause(std::string person) : person_(std::move(person)) {}

  // Opens a ledger that a daemon holds. `attempt` tries once to open it. `asked` is called when the
  // daemon has been asked, with the longest time to wait. The error says why it was not given up.
  using asked = std::function<void(std::chrono::seconds longest)>;
  result<void> ask(const config::settings&, const agent::ledger_access&,
                   const std::function<void()>& attempt, const loop::clock&, const asked&);
  // Lets the daemon resume. False: there was none.
  bool end();

 private:
  std::string person_;
  std::optional<ledger::claim> claim_;
};

} // namespace ovhl
