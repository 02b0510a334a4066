// Whether somebody else is correcting the same VMs: another instance, or a person in the control
// panel. Two signs of it within ten minutes hold an account's corrections for an hour. Pure: the
// time is an argument.
#pragma once

#include "licensing/decide.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace ovhl::licensing {

struct sign_of_others {
  enum class kind : std::uint8_t {
    task,   // a task about licenses that is not ours, on a VM that needs a correction
    turned, // a VM became as we wanted it, but not by our request
    busy    // the API refuses a correction because something else is under way on the VM
  };
  kind what{};
  instant at{};
  vm_key which;
  std::string name;      // of the VM
  std::int64_t task = 0; // with a task

  friend bool operator==(const sign_of_others&, const sign_of_others&) = default;
};

class other_hand {
 public:
  // The same sign of the same VM counts once.
  void saw(sign_of_others);
  // A person has corrected VMs of the account. Earlier signs no longer count.
  void forget_before(const std::string& account, instant);

  struct hold {
    instant until{};
    std::string words;
  };
  std::optional<hold> on(const std::string& account, instant now) const;

 private:
  std::deque<sign_of_others> signs_; // in the order they were seen
};

} // namespace ovhl::licensing
