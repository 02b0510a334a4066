// What a poll has seen that the ledger does not hold yet: the records it makes. Pure.
#pragma once

#include "ledger/history.hpp"
#include "licensing/decide.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ovhl::ledger {

// All of it must stay where it is as long as they are read.
struct poll_seen {
  const licensing::inventory& seen;
  const licensing::decisions& decided;
  const licensing::policy& policy;
  instant now{};
  std::optional<instant> before; // the last poll
  std::chrono::seconds longest_silence{};
};

class poll_records {
 public:
  poll_records(const history&, const poll_seen&);

  // In the order in which they are recorded. A VM's is made each time it is asked for: of a hundred
  // thousand only a few bytes each are kept.
  std::size_t size() const noexcept { return items_.size(); }
  new_record at(std::size_t) const;

 private:
  struct item {
    std::uint32_t datacenter = 0, vm = 0; // a VM of the inventory …
    std::int64_t last_seen = never;
    std::int32_t made = -1; // … or one of made_
  };
  static constexpr std::int64_t never = INT64_MIN;

  // Where a datacenter stands before this poll.
  struct before {
    bool observed = false;
    std::string cause;
    std::optional<instant> last_seen;
  };
  before state_of(const history::datacenter*) const;

  void silence();
  void datacenters();
  void seen(std::size_t index);
  void vms(std::size_t index, const history::datacenter* before_it,
           const std::optional<instant>& last_seen);
  void unseen(const licensing::place&, const error&);
  void blind_spots();
  void no_longer_listed();

  void add(kind, const licensing::place&, std::int64_t vm, std::string body);
  const history::datacenter* known(const licensing::place&) const;
  bool is_listed(const licensing::place&) const; // by this poll

  const history& history_;
  const poll_seen& poll_;
  bool silent_ = false; // no poll for too long
  std::vector<new_record> made_;
  std::vector<item> items_;
};

// As it is recorded.
vm_body body_of(const licensing::vm&, const licensing::datacenter_decisions&, std::size_t index,
                const licensing::policy&);

} // namespace ovhl::ledger
