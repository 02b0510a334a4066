// What the ledger knows about one VM, or about everything that changed: records combined into
// events for people to read. Pure.
#pragma once

#include "ledger/bodies.hpp"
#include "ledger/record.hpp"
#include "licensing/correction_goal.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ovhl::ledger {

// The state of a VM from the event's time on.
struct was_seen {
  vm_body as;
  std::optional<licensing::verdict> before; // none: the VM was new
  std::optional<instant> until; // last seen in this state; none: it still is, or nobody knows
};
struct vm_went {
  std::optional<instant> last_seen;
};
struct datacenter_went {
  std::optional<instant> last_seen;
};
// A correction from its intent to its result, as far as it got. One that was dropped early has no
// intent.
struct was_corrected {
  std::optional<licensing::intent> wanted;
  std::optional<licensing::sent> answer;
  std::optional<licensing::followed> task;
  std::optional<result_body> end;
  std::optional<instant> ended_at;
};
// A datacenter, or everything in a service or account, could not be read.
struct was_hidden {
  gap_body why;
  std::optional<instant> until; // none: it still cannot
};
struct writer_came {
  started_body who;
};
struct writer_went {};

struct event {
  std::int64_t number = 0; // of the record that began it
  instant at{};
  licensing::place where;
  std::int64_t vm = 0; // 0: not about a single VM
  std::string name;    // of the VM, as it was then
  std::variant<was_seen, vm_went, datacenter_went, was_corrected, was_hidden, writer_came,
               writer_went, policy_body, clock_body>
      what;
};

// Finds the VMs that a word means: by id if a VM ever had that id, else by any name that a VM ever
// had, ignoring case.
class vm_search {
 public:
  explicit vm_search(std::string_view word);
  void take(const record&);
  std::set<licensing::vm_key> found() const;
  // "; did you mean 'web-1'?", or empty.
  std::string suggestion() const;

 private:
  std::string word_;
  std::optional<std::int64_t> id_;
  std::set<licensing::vm_key> by_id_, by_name_;
  std::set<std::string> names_;
};

class timeline {
 public:
  // Without VMs: events about everything.
  explicit timeline(std::optional<std::set<licensing::vm_key>> vms = std::nullopt);
  // Takes the records in their order. A body that cannot be read is an error and is left out.
  result<void> take(const record&);
  // The oldest first, without those that ended before `since`. If it is about the whole fleet,
  // states that began before `since` are left out, too: they are no changes.
  std::vector<event> events(std::optional<instant> since) &&;

 private:
  bool concerns(const record&) const;
  event& add(const record&);
  template <class Body>
  result<void> add_body(const record&);
  result<void> take_vm(const record&);
  result<void> take_gone(const record&);
  result<void> take_gap(const record&);
  void take_seen(const record&);
  result<void> take_correction(const record&);

  std::optional<std::set<licensing::vm_key>> vms_;
  std::vector<event> events_;
  std::map<licensing::vm_key, std::size_t> states_; // the last of each VM
  std::map<licensing::place, std::size_t> gaps_;    // those that have not ended
  std::map<std::int64_t, std::size_t> corrections_; // by the number of the intent
};

} // namespace ovhl::ledger
