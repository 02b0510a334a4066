// The ledger for those who only read it: whether it is open, what it holds, and why nothing can be
// recorded. Only record_keeper and its parts change it.
#pragma once

#include "agent/ledger_opener.hpp"
#include "base/error.hpp"

#include <optional>
#include <utility>

namespace ovhl::agent {

class ledger_access {
 public:
  explicit ledger_access(const ledger_opener& of) : of_(of) {}

  bool is_open() const noexcept { return of_.chronicle() != nullptr; }
  // Whether another process has the ledger, and whether that process yields when asked.
  bool held() const noexcept { return of_.refused() && of_.refused()->held; }
  bool would_yield() const noexcept { return held() && of_.refused()->yields; }
  // Why nothing can be recorded now; null if nothing is wrong.
  const std::optional<error>& problem() const noexcept { return yielded_ ? yielded_ : problem_; }
  // To whom the ledger was yielded, in words; see record_keeper::yield().
  const std::optional<error>& yielded() const noexcept { return yielded_; }

  // The recorded history; empty while the ledger is not open. Not to be kept across an await.
  const ledger::history& history() const noexcept;
  std::optional<ledger::witness> witnessed() const; // the last record on disk for certain

  // What is wrong now. True: something was wrong before, and nothing is now.
  bool set_problem(std::optional<error> now);
  void set_yielded(std::optional<error> to) { yielded_ = std::move(to); }

 private:
  const ledger_opener& of_;
  std::optional<error> problem_, yielded_;
};

} // namespace ovhl::agent
