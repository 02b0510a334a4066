// One correction under way. Shared by the source files of `corrector`.
#pragma once

#include "agent/corrector.hpp"

#include <algorithm>

namespace ovhl::agent {

struct corrector::job {
  job(std::int64_t number, licensing::course c)
      : intent(number), sent(number != 0), course(std::move(c)) {}

  std::int64_t intent; // its number in the ledger; 0: not recorded yet
  bool sent;           // its request may have left, also before a restart
  licensing::course course;
  std::optional<std::int64_t> task;
  bool counted_as_unknown = false; // see corrector::keep_in_mind()
  bool at_door = false;            // see corrector::enter_door()
  bool canceled = false;           // see corrector::begin_no_more()
  std::string judged_by;           // the policy when the VM was last read; empty: not yet
  // When the checks before the request began. If the request left later than oldest_look after the
  // first of them, what they saw might have changed.
  loop::steady_point tasks_seen_at{}, list_seen_at{}, vm_seen_at{};
  // The VM itself is younger: its turn comes next.
  loop::steady_point old_at() const noexcept {
    return std::min(
        {tasks_seen_at + oldest_look, list_seen_at + oldest_look, vm_seen_at + oldest_vm});
  }

  const licensing::vm_key& which() const noexcept { return course.wanted().what.which; }
};

} // namespace ovhl::agent
