// The records that a poll adds: what it saw that is not in the ledger yet. Pure.
#pragma once

#include "ledger/history.hpp"
#include "licensing/decide.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ovhl::ledger {

// Everything referred to must outlive the poll_records.
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

  // In the order in which they are recorded. A VM's record is made at each call, so that a hundred
  // thousand of them take a few bytes each.
  std::size_t size() const noexcept { return items_.size(); }
  new_record at(std::size_t) const;

 private:
  struct item {
    std::uint32_t datacenter = 0, vm = 0; // a VM of the inventory, …
    std::int64_t last_seen = never;
    std::int32_t made = -1; // … or an index into made_
  };
  static constexpr std::int64_t never = INT64_MIN;

  // The state of a datacenter before this poll.
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

// The body of a VM's record.
vm_body body_of(const licensing::vm&, const licensing::datacenter_decisions&, std::size_t index,
                const licensing::policy&);

} // namespace ovhl::ledger
