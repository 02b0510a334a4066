// A running daemon asked for its ledger by `apply`: it pauses as long as this stands.
#pragma once

#include "agent/book.hpp"
#include "config/settings.hpp"
#include "ledger/claim.hpp"
#include "loop/clock.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace ovhl {

class service_pause {
 public:
  explicit service_pause(std::string person) : person_(std::move(person)) {}

  // Opens a ledger that a daemon has; the error says why it did not give it. `asked`: it has been
  // asked, and is waited for no longer than this.
  using asked = std::function<void(std::chrono::seconds longest)>;
  result<void> ask(const config::settings&, agent::book&, const loop::clock&, const asked&);
  // The daemon goes on. False: there was none.
  bool end();

 private:
  std::string person_;
  std::optional<ledger::claim> claim_;
};

} // namespace ovhl
