#include "agent/corrections_under_way.hpp"

namespace ovhl::agent {

void corrections_under_way::begin(const licensing::vm_key& which,
                                  licensing::correction_state first) {
  if (first.words.empty()) first.words = "waits for its turn";
  states_.insert_or_assign(which, std::move(first));
}

void corrections_under_way::change(const licensing::vm_key& which,
                                   const licensing::correction_state& now) {
  if (std::exchange(states_[which], now) != now) told_(which, now);
}

void corrections_under_way::end(const licensing::vm_key& which,
                                const licensing::correction_state& how) {
  states_.erase(which);
  told_(which, how);
}

licensing::due_corrections corrections_under_way::of(licensing::due_corrections::list due) const {
  licensing::due_corrections all(std::move(due));
  for (std::size_t i = 0; i < all.size(); ++i)
    if (const auto found = states_.find(all[i].due.which); found != states_.end())
      all.set(i, found->second);
  return all;
}

} // namespace ovhl::agent
