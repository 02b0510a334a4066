// What the records add up to: where every VM, every datacenter and every correction stands. Pure: a
// fold over records, the same when it is read from the file as when it is written.
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

// Causes of gaps that no look tells of: nobody looked.
inline constexpr std::string_view not_running_cause = "not running"; // the program had ended
inline constexpr std::string_view silence_cause = "silence";         // it ran, and did not poll

struct past_correction { // for status
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
  // In their order. A body that cannot be read is said, and changes nothing.
  result<void> take(const record&);

  // Corrections whose intent has no result yet, by the number of the intent.
  const std::map<std::int64_t, licensing::unfinished>& unfinished() const noexcept;
  // VMs whose last correction failed, with how often in a row; a done one ends the row, and so does
  // a VM that is seen in order, or is gone.
  const std::map<licensing::vm_key, licensing::attempts>& failed() const noexcept;
  const std::deque<past_correction>& recent() const noexcept; // the last 100, the oldest first
  // What the daemon began within the day before the last of them, the oldest first.
  const std::deque<begun_correction>& begun() const noexcept { return begun_; }
  // The last signs that somebody else corrects the same VMs, since a person did so by `apply`.
  const std::deque<licensing::sign_of_others>& signs() const noexcept { return signs_; }
  // By account, the last time that a person did.
  const std::map<std::string, instant>& decided() const noexcept { return decided_; }
  // By its seal, a plan of which something was begun: when first, and by whom.
  struct applied_plan {
    instant at{};
    licensing::requester by;
  };
  const std::map<std::string, applied_plan>& applied_plans() const noexcept;
  const std::string& policy() const noexcept; // digest of the one in force
  bool has_text(const std::string& sha256) const;
  std::optional<instant> last_record() const noexcept;
  // The latest time there was since the clock was last set back; polls between the records count.
  std::optional<instant> reached(const std::optional<instant>& polled_at) const noexcept;

  struct known_vm {
    std::int64_t id = 0;
    std::uint64_t fingerprint = 0;
    licensing::memory::past_verdict verdict;
  };
  struct datacenter {
    bool observed = false; // now; else there is a gap
    std::string gap_cause;
    std::optional<instant> last_seen; // with a gap
    std::vector<known_vm> vms;        // by id; those not gone
  };
  // Also services and accounts of which nothing is known but that they cannot be looked at: their
  // datacenter is 0, and the service of an account is empty.
  const std::map<licensing::place, datacenter>& datacenters() const noexcept;

  // What the polls before had in mind, to go on from.
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
  std::optional<instant> set_back_; // from this time, the last time that it was
  std::map<licensing::place, datacenter> datacenters_;
  std::set<licensing::place> settled_;
};

} // namespace ovhl::ledger
