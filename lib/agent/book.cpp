#include "agent/book.hpp"

#include "base/version.hpp"
#include "os/person.hpp"

#include <unistd.h>

#include <utility>

namespace ovhl::agent {

namespace {

ledger::policy_body body_of(const config::policy_file& file) {
  return {file.sha256, file.path.string(), file.policy.mode, file.text};
}

// A pause between polls so long that it counts as a gap: a suspended machine, a clock set forward.
std::chrono::seconds longest_silence(const config::settings& s) {
  constexpr std::chrono::hours longest_backoff(1);
  return 2 * s.poll.interval + s.poll.timeout + longest_backoff;
}

} // namespace

ledger::writer writer_of(std::string command) {
  return {std::move(command), os::user_name(::geteuid()), ::getpid(), std::string(version())};
}

book::book(std::filesystem::path path, ledger::writer writer, std::function<bool()> go_on)
    : path_(std::move(path)), writer_(std::move(writer)), go_on_(std::move(go_on)) {}

void book::open(instant now) {
  if (away_) return;
  yielded_.reset();
  try_to_open(now);
}

void book::try_to_open(instant now) {
  if (chronicle_ && chronicle_->in_place()) return;
  if (chronicle_) {
    left_ = chronicle_->leave();
    chronicle_.reset();
  }
  auto opened = ledger::chronicle::open(path_, writer_, now, left_, go_on_);
  held_ = !opened && opened.error().held;
  would_yield_ = held_ && opened.error().yields;
  if (opened) {
    chronicle_ = std::move(*opened);
    left_.reset();
    trouble_ = chronicle_->unwritten();
  } else {
    trouble_ = opened.error().why;
  }
}

const ledger::history& book::history() const noexcept {
  static const ledger::history nothing;
  return chronicle_ ? chronicle_->history() : nothing;
}

std::optional<ledger::witness> book::witnessed() const {
  return chronicle_ ? chronicle_->witnessed() : std::nullopt;
}

void book::weigh(const result<void>& done) {
  if (!done)
    trouble_ = done.error();
  else
    trouble_ = chronicle_->unwritten();
}

void book::looked(const licensing::inventory& seen, const licensing::decisions& decided,
                  const setup& by, instant now) {
  if (!chronicle_) return;
  result<void> done = chronicle_->policy(body_of(*by.policy), now);
  if (done)
    done = chronicle_->poll(seen, decided, by.policy->policy, now, longest_silence(by.settings));
  weigh(done);
}

result<std::vector<std::int64_t>> book::intents(std::span<const licensing::intent> wanted,
                                                instant now) {
  if (!chronicle_ || yielded_) return *trouble();
  auto written = chronicle_->intents(wanted, now);
  if (!written) trouble_ = written.error();
  return written;
}

void book::note(std::int64_t intent, const licensing::correction& of, const licensing::note& what,
                instant now) {
  if (!chronicle_) {
    if (left_) left_->waiting.push_back(ledger::chronicle::entry_of(intent, of, what, now));
    return;
  }
  chronicle_->note(intent, of, what, now);
  if (auto kept = chronicle_->unwritten()) trouble_ = std::move(kept);
}

bool book::flush(instant now) {
  if (!unwritten()) return true;
  weigh(chronicle_->flush(now));
  return !unwritten();
}

void book::close(instant now) {
  if (!chronicle_) return;
  weigh(chronicle_->stop(now));
  chronicle_.reset();
}

void book::yield(error why) {
  yielded_ = std::move(why);
  away_ = true;
}

// Notes that could not be written are dropped, as at exit: the next process continues from what is
// on record.
void book::give(instant now) {
  if (!chronicle_) return;
  weigh(chronicle_->stop(now));
  left_ = chronicle_->leave();
  left_->waiting.clear();
  chronicle_.reset();
}

bool book::take_back(instant now) {
  try_to_open(now);
  if (!chronicle_ && held_) return false;
  away_ = false;
  return true;
}

} // namespace ovhl::agent
