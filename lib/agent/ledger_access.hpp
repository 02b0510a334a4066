// The ledger for those who only read it: whether it is open, what it holds, and why nothing can be
// recorded. record_keeper derives from it, and is the only one that opens it and writes to it.
#pragma once

#include "base/error.hpp"
#include "ledger/chronicle.hpp"
#include "loop/clock.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>

namespace ovhl::agent {

class ledger_access {
 public:
  template <class T>
  using awaitable = boost::asio::awaitable<T>;

  ledger_access(const loop::clock&, std::shared_ptr<ledger::engine>, ledger::writer);

  bool is_open() const noexcept { return chronicle_ != nullptr; }
  // Whether another process has the ledger, and whether that process yields when asked.
  bool held() const noexcept { return refused_ && refused_->held; }
  bool would_yield() const noexcept { return held() && refused_->yields; }
  // Why nothing can be recorded now; null if nothing is wrong.
  const std::optional<error>& problem() const noexcept { return yielded_ ? yielded_ : problem_; }
  // To whom the ledger was yielded, in words; see record_keeper::yield().
  const std::optional<error>& yielded() const noexcept { return yielded_; }

  // The recorded history; empty while the ledger is not open. Not to be kept across an await.
  const ledger::history& history() const noexcept;
  std::optional<ledger::witness> witnessed() const; // the last record on disk for certain

  // The program stops: ends an attempt to open it.
  void give_up_opening() noexcept { engine_->give_up(); }

 protected:
  // Opens it, unless it is open and its path still names the same file. True: it was opened now.
  // Neither this nor end() may begin while the other, or a write, is under way.
  awaitable<bool> try_to_open();
  // Closes it in good order. `return_later`: it must then be the same when it is opened again.
  awaitable<void> end(bool return_later);

  ledger::chronicle* chronicle() noexcept { return chronicle_.get(); } // null: it is not open
  // To be written before anything else; also accepted while it is being opened again.
  void keep(ledger::new_record);
  // What is wrong now. True: something was wrong before, and nothing is now.
  bool set_problem(std::optional<error> now);
  void set_yielded(std::optional<error> to) { yielded_ = std::move(to); }
  std::string place() const { return engine_->place(); } // for messages

 private:
  const loop::clock& clock_;
  std::shared_ptr<ledger::engine> engine_;
  ledger::writer by_;
  std::unique_ptr<ledger::chronicle> chronicle_;
  std::shared_ptr<ledger::left_over> left_; // when it was open before
  std::optional<error> problem_;
  std::optional<ledger::open_failure> refused_; // the last attempt to open it
  std::optional<error> yielded_;
};

// Writes what is kept, until nothing is: what is recorded next is then not older.
boost::asio::awaitable<result<void>> write_kept(ledger::chronicle&);
// What is wrong with the ledger after a write with this result.
std::optional<error> problem_after(const result<void>& written, const ledger::chronicle&);

} // namespace ovhl::agent
