// The state of a due correction, and the guards that can hold it: values for status, metrics and
// people.
#pragma once

#include "base/timestamp.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ovhl::licensing {

// `due` is used in plans: nothing holds the correction.
enum class due_state : std::uint8_t {
  none,
  due,
  reported,
  confirming,
  held,
  running,
  failed,
  done
};
std::string_view name(due_state) noexcept; // "" for none

// What can hold a correction. The first eight are set in the policy.
enum class guard : std::uint8_t {
  confirm_polls,
  grace,
  max_sets_per_poll,
  max_removals_per_poll,
  max_set_share,
  max_removal_share,
  retry_after,
  windows,
  incomplete_list, // the datacenter's list of VMs was incomplete this time
  ledger,          // the record cannot be written
  spla,            // Windows licenses are not activated on the service
  task,            // somebody else's task is under way on the VM
  clock,           // this machine's differs from OVHcloud's
  other_hand       // somebody else is correcting the account's VMs
};
inline constexpr std::size_t guard_count = 14;
inline constexpr std::array<guard, guard_count> all_guards{guard::confirm_polls,
                                                           guard::grace,
                                                           guard::max_sets_per_poll,
                                                           guard::max_removals_per_poll,
                                                           guard::max_set_share,
                                                           guard::max_removal_share,
                                                           guard::retry_after,
                                                           guard::windows,
                                                           guard::incomplete_list,
                                                           guard::ledger,
                                                           guard::spla,
                                                           guard::task,
                                                           guard::clock,
                                                           guard::other_hand};
std::string_view name(guard) noexcept;

struct correction_state {
  due_state state = due_state::reported;
  std::optional<guard> by;             // with confirming, held and failed
  std::optional<instant> until;        // when that guard opens; none: not at a known time
  std::string words;                   // for people: what holds it, what failed, what is exceeded
  std::optional<std::int64_t> task_id; // with running and failed

  friend bool operator==(const correction_state&, const correction_state&) = default;
};

} // namespace ovhl::licensing
