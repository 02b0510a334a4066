#include "service_pause.hpp"

#include "agent/yielding.hpp"
#include "ledger/lock.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <thread>
#include <utility>

namespace ovhl {

namespace {

using std::chrono::seconds;

// In addition to its patience with corrections under way: for the last answers and to close the
// ledger.
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
result<void> wait_for(agent::book& book, const loop::clock& clock, const error& in_vain,
                      seconds longest) {
  const loop::steady_point end = clock.now() + longest;
  for (;;) {
    book.open(clock.wall());
    if (book.is_open()) return {};
    if (!book.would_yield()) return *book.trouble();
    if (clock.now() >= end) return in_vain;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

int opened(std::optional<int> process) noexcept {
  return process ? static_cast<int>(::syscall(SYS_pidfd_open, *process, 0U)) : -1;
}

bool ended(const descriptor& process) noexcept {
  pollfd it{process.fd, POLLIN, 0}; // a negative one is never ready
  return ::poll(&it, 1, 0) == 1;
}

} // namespace

result<void> service_pause::ask(const config::settings& settings, agent::book& book,
                                const loop::clock& clock, const asked& tell) {
  if (!book.would_yield()) return *book.trouble();
  const ledger::writer by = agent::writer_of("apply");
  auto laid = ledger::claim::lay(settings.ledger,
                                 {"ovh-licensed " + by.command, by.pid, clock.wall()}, person_);
  if (!laid) return laid.error().why;
  claim_.emplace(std::move(*laid));
  process_.emplace(opened(ledger::locked_by(settings.ledger)));
  const seconds longest = agent::patience_when_yielding(settings) + to_close;
  tell(longest);
  auto done = wait_for(book, clock, did_not_pause(settings.ledger, longest), longest);
  if (!done) claim_.reset();
  return done;
}

service_pause::after service_pause::end() {
  if (!claim_) return after::no_service;
  claim_.reset();
  return ended(*process_) ? after::has_ended : after::resumes;
}

} // namespace ovhl
