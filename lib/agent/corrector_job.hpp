// One correction being seen through; for the two files that `corrector` is written in.
#pragma once

#include "agent/corrector.hpp"

namespace ovhl::agent {

// How long a request that changes something may wait for its turn: the look before it must be
// fresh.
inline constexpr std::chrono::minutes turn_to_send(1);

struct corrector::job {
  job(std::int64_t number, licensing::course c) : intent(number), course(std::move(c)) {}

  std::int64_t intent; // its number in the ledger; 0: not recorded yet
  licensing::course course;
  std::optional<std::int64_t> task;
  std::string judged_by;            // the policy when the VM was last read; empty: not yet
  loop::steady_point enlisted_at{}; // after the look that made it due

  const licensing::vm_key& which() const noexcept { return course.wanted().what.which; }
};

} // namespace ovhl::agent
