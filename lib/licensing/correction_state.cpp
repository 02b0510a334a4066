#include "licensing/correction_state.hpp"

namespace ovhl::licensing {

std::string_view name(due_state state) noexcept {
  switch (state) {
  case due_state::none: return "";
  case due_state::due: return "due";
  case due_state::reported: return "reported";
  case due_state::confirming: return "confirming";
  case due_state::held: return "held";
  case due_state::running: return "running";
  case due_state::failed: return "failed";
  case due_state::done: return "done";
  }
  return {};
}

std::string_view name(guard g) noexcept {
  switch (g) {
  case guard::confirm_polls: return "confirm_polls";
  case guard::grace: return "grace";
  case guard::max_sets_per_poll: return "max_sets_per_poll";
  case guard::max_removals_per_poll: return "max_removals_per_poll";
  case guard::max_set_share: return "max_set_share";
  case guard::max_removal_share: return "max_removal_share";
  case guard::retry_after: return "retry_after";
  case guard::windows: return "windows";
  case guard::incomplete_list: return "incomplete_list";
  case guard::ledger: return "ledger";
  case guard::spla: return "spla";
  case guard::task: return "task";
  case guard::clock: return "clock";
  case guard::other_hand: return "other_hand";
  }
  return {};
}

} // namespace ovhl::licensing
