#include "service_pause.hpp"

#include "agent/record_keeper.hpp"
#include "agent/yielding.hpp"

#include <fmt/format.h>

#include <thread>
#include <utility>

namespace ovhl {

namespace {

using std::chrono::seconds;

// The daemon may need this long after waiting for corrections under way: for the last answers and
// to close the ledger.
constexpr seconds to_close(15);

error did_not_pause(const std::filesystem::path& ledger, seconds within) {
  error e;
  e.kind = failure::timeout;
  e.where = ledger.string();
  e.message = fmt::format("the running service did not pause within {} s", within.count());
  e.advice = "see 'ovh-licensed status' and 'journalctl -u ovh-licensed', or stop it first: "
             "systemctl stop ovh-licensed";
  return e;
}

// The daemon may also have ended meanwhile; the ledger is then free, too.
result<void> wait_for(const agent::ledger_access& ledger, const std::function<void()>& attempt,
                      const loop::clock& clock, const error& in_vain, seconds longest) {
  const loop::steady_point end = clock.now() + longest;
  for (;;) {
    attempt();
    if (ledger.is_open()) return {};
    if (!ledger.would_yield()) return *ledger.problem();
    if (clock.now() >= end) return in_vain;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

} // namespace

result<void> service_pause::ask(const config::settings& settings,
                                const agent::ledger_access& ledger,
                                const std::function<void()>& attempt, const loop::clock& clock,
                                const asked& tell) {
  if (!ledger.would_yield()) return *ledger.problem();
  const ledger::writer by = agent::writer_of("apply");
  auto laid = ledger::claim::lay(settings.ledger,
                                 {"ovh-licensed " + by.command, by.pid, clock.wall()}, person_);
  if (!laid) return laid.error().why;
  claim_.emplace(std::move(*laid));
  const seconds longest = agent::patience_when_yielding(settings) + to_close;
  tell(longest);
  auto done = wait_for(ledger, attempt, clock, did_not_pause(settings.ledger, longest), longest);
  if (!done) claim_.reset();
  return done;
}

bool service_pause::end() {
  const bool paused = claim_.has_value();
  claim_.reset();
  return paused;
}

} // namespace ovhl
