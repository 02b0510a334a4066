// Opens the ledger, closes it, and opens it again if it was replaced or given to another process.
// Records that cannot be written meanwhile are kept.
#pragma once

#include "ledger/chronicle.hpp"
#include "loop/clock.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace ovhl::agent {

class ledger_opener {
 public:
  template <class T>
  using awaitable = boost::asio::awaitable<T>;

  ledger_opener(const loop::clock&, std::shared_ptr<ledger::engine>, ledger::writer);

  // Opens it, unless it is open and its path still names the same file. True: it was opened now.
  // Neither this nor close() may begin while the other, or a write, is under way.
  awaitable<bool> try_to_open();
  // Closes it in good order, if it is open. `return_later`: it must be the same when it is opened
  // again; what could not be written is dropped all the same, as at exit. The next process
  // continues from what is on record.
  awaitable<result<void>> close(bool return_later);
  // The program stops: ends an attempt to open it.
  void give_up() noexcept { engine_->give_up(); }

  // To be written before anything else; also accepted while it is being opened again.
  void keep(ledger::new_record);

  ledger::chronicle* chronicle() noexcept { return chronicle_.get(); } // null: it is not open
  const ledger::chronicle* chronicle() const noexcept { return chronicle_.get(); }
  // Why the last attempt to open it failed; null if it did not.
  const std::optional<ledger::open_failure>& refused() const noexcept { return refused_; }
  // When the disk last answered; long ago while it is not open.
  std::chrono::steady_clock::time_point answered() const noexcept {
    return chronicle_ ? chronicle_->answered() : std::chrono::steady_clock::time_point::min();
  }
  std::string place() const { return engine_->place(); } // for messages

 private:
  const loop::clock& clock_;
  std::shared_ptr<ledger::engine> engine_;
  ledger::writer by_;
  std::unique_ptr<ledger::chronicle> chronicle_;
  std::shared_ptr<ledger::left_over> left_; // when it was open before
  std::optional<ledger::open_failure> refused_;
};

// Writes what is kept, until nothing is: what is recorded next is then not older.
boost::asio::awaitable<result<void>> write_kept(ledger::chronicle&);
// What is wrong with the ledger after a write with this result.
std::optional<error> problem_after(const result<void>& written, const ledger::chronicle&);

} // namespace ovhl::agent
