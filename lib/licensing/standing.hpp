// Where a correction that is due stands, and what holds it back: values for status, metrics and
// people.
#pragma once

#include "base/timestamp.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ovhl::licensing {

// `due` is a plan's: nobody holds it.
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

// What holds a correction back. The first eight are the policy's.
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

struct standing {
  due_state state = due_state::reported;
  std::optional<guard> by;             // with confirming, held and failed
  std::optional<instant> until;        // when that guard lets go; none: no time does
  std::string words;                   // for people: what holds it, what failed, what is exceeded
  std::optional<std::int64_t> task_id; // with running and failed

  friend bool operator==(const standing&, const standing&) = default;
};

} // namespace ovhl::licensing
