// Decides which of the due corrections may begin now and what holds back the others. Pure: the
// time, the windows and what happened before are arguments.
#pragma once

#include "licensing/correction.hpp"
#include "licensing/correction_states.hpp"
#include "licensing/other_hand.hpp"

#include <chrono>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ovhl::licensing {

// Whether the policy's windows are open. config/opening.hpp computes it, since time zones need
// files.
struct opening {
  bool open = true;
  std::optional<instant> until; // closed: when they open next; none: not within a year
};

// How often the same correction of a VM has failed in a row.
struct attempts {
  licensing::action action{};
  std::optional<std::string> to;
  int failures = 0;
  instant last{};
  std::string error; // of the last
};

// In how many polls in a row the same correction was due, and for how long: `had_passed` when it
// was first counted, and from `counted_since` on by a clock that nobody can set.
struct confirmation {
  std::uint32_t due = 0; // due_fingerprint() of the correction
  int polls = 0;
  std::chrono::seconds had_passed{};
  std::chrono::steady_clock::time_point counted_since{};
};
static_assert(sizeof(confirmation) <= 24);

// The confirmations of every VM that needs a correction. Filling it in the order of VMs is fastest.
class confirmations {
 public:
  const confirmation* find(const vm_key&) const noexcept; // none: null
  void put(const vm_key&, const confirmation&);
  bool empty() const noexcept { return vms_.empty(); }
  // Those of a place, by VM id.
  using of_place = std::vector<std::pair<std::int64_t, confirmation>>;
  const std::map<place, of_place>& all() const noexcept { return vms_; }

 private:
  std::map<place, of_place> vms_;
};

// Corrections of one kind that the daemon began within the last interval between polls.
struct lately_begun {
  std::size_t number = 0;
  instant until{}; // when the first of them no longer counts
};

struct circumstances {
  instant now{};
  std::chrono::steady_clock::time_point steady{}; // the same moment, by a clock nobody can set
  opening windows;
  const std::map<vm_key, attempts>* failed = nullptr;            // none: nothing failed
  const std::map<vm_key, correction_state>* under_way = nullptr; // corrections that have begun
  // (account, service) on which no Windows license can be set → why, in words.
  std::map<std::pair<std::string, std::string>, std::string> not_activated;
  std::optional<std::string> ledger_problem;    // why nothing can be recorded
  std::map<std::string, std::string> clock_off; // account → how this clock differs from OVHcloud's
  std::map<std::string, other_hand::hold> other_hands; // account → who else corrects its VMs
  std::map<licensing::action, lately_begun> begun;
  // A person asks for it (`apply`). Then grace, confirmations, shares, numbers per poll, the pause
  // after a failure and another hand hold nothing back; the words of the state say which of them
  // were exceeded. Mode, windows and everything that nobody can choose still hold.
  bool person = false;
};

struct admission {
  correction_states each;         // parallel to what is due; those to begin are `running`
  std::vector<std::size_t> begin; // indices of those to begin, the longest due first
  confirmations next;
};

admission admit(std::span<const due_correction> due, const inventory&, const guards&,
                const confirmations& before, const circumstances&);

// The pause after so many failures in a row: retry_after, doubling, at most a day.
std::chrono::seconds pause_after(int failures, std::chrono::seconds retry_after) noexcept;

} // namespace ovhl::licensing
