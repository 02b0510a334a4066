// What all records add up to: the state of every VM, every datacenter and every correction. Pure: a
// fold over records, with the same result whether they are read from the file or just written.
#pragma once

#include "ledger/bodies.hpp"
#include "ledger/record.hpp"
#include "licensing/correction_goal.hpp"
#include "licensing/guards.hpp"
#include "licensing/other_hand.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::ledger {

// The causes of gaps in which nobody looked.
inline constexpr std::string_view not_running_cause = "not running"; // the program had ended
inline constexpr std::string_view silence_cause = "silence";         // it ran, and did not poll

struct past_correction { // shown by `status`
  instant at{};
  licensing::vm_key which;
  result_body what;
};

struct begun_correction { // by the daemon
  instant at{};
  licensing::action action{};
};

class history {
 public:
  // Takes the records in their order. A body that cannot be read is an error and changes nothing.
  result<void> take(const record&);

  // Corrections whose intent has no result yet, by the number of the intent.
  const std::map<std::int64_t, licensing::unfinished>& unfinished() const noexcept;
  // The VMs whose last corrections failed, and how many in a row. A correction that was done ends
  // the row, and so does a VM that is compliant or gone.
  const std::map<licensing::vm_key, licensing::attempts>& failed() const noexcept;
  const std::deque<past_correction>& recent() const noexcept; // the last 100, the oldest first
  // The corrections that the daemon began, the oldest first: those of the day before the newest.
  const std::deque<begun_correction>& begun() const noexcept { return begun_; }
  // The recent signs that somebody else corrects the same VMs; a person's `apply` clears them.
  const std::deque<licensing::sign_of_others>& signs() const noexcept { return signs_; }
  // When a person last ran `apply`, by account.
  const std::map<std::string, instant>& decided() const noexcept { return decided_; }
  // The plans of which a correction was begun, by seal: when the first was, and by whom.
  struct applied_plan {
    instant at{};
    licensing::requester by;
  };
  const std::map<std::string, applied_plan>& applied_plans() const noexcept;
  const std::string& policy() const noexcept; // digest of the one in force
  bool has_text(const std::string& sha256) const;
  std::optional<instant> last_record() const noexcept;
  // The latest time since the clock was last set back; also counts polls without records.
  std::optional<instant> reached(const std::optional<instant>& polled_at) const noexcept;

  struct known_vm {
    std::int64_t id = 0;
    std::uint64_t fingerprint = 0;
    licensing::memory::past_verdict verdict;
  };
  struct datacenter {
    bool observed = false; // false: there is a gap now
    std::string gap_cause;
    std::optional<instant> last_seen; // if there is a gap
    std::vector<known_vm> vms;        // by id; those not gone
  };
  // Also the services and accounts that cannot be read, whose datacenters are unknown: their
  // datacenter is 0, and the service of an account is empty.
  const std::map<licensing::place, datacenter>& datacenters() const noexcept;

  // The memory of the last poll, for the next one.
  licensing::memory memory() const;

 private:
  result<void> take_kind(const record&);
  result<void> take_started(const record&);
  result<void> take_policy(const record&);
  result<void> take_seen(const record&);
  result<void> take_gap(const record&);
  result<void> take_vm(const record&);
  result<void> take_gone(const record&);
  result<void> take_intent(const record&);
  result<void> take_request(const record&);
  result<void> take_task(const record&);
  result<void> take_result(const record&);
  result<void> take_clock(const record&);
  result<licensing::unfinished*> begun(const record&); // the correction that it is about
  void not_beyond(instant now);
  void count(const licensing::vm_key&, const result_body&, instant at);
  void saw_others(licensing::sign_of_others);
  bool corrected_lately(const licensing::vm_key&, instant now) const;

  std::map<std::int64_t, licensing::unfinished> unfinished_;
  std::map<licensing::vm_key, licensing::attempts> failed_;
  std::deque<past_correction> recent_;
  std::deque<begun_correction> begun_;
  std::deque<licensing::sign_of_others> signs_;
  std::map<std::string, instant> decided_;
  std::map<std::string, applied_plan> applied_plans_;
  std::string policy_;
  std::set<std::string> texts_; // digests of policies whose text is there
  std::optional<instant> last_record_;
  std::optional<instant> latest_;   // record since the clock was set back
  std::optional<instant> set_back_; // the time from which it was last set back
  std::map<licensing::place, datacenter> datacenters_;
  std::set<licensing::place> settled_;
};

} // namespace ovhl::ledger
