// What the records add up to: where every VM, every datacenter and every correction stands. Pure: a
// fold over records, the same when it is read from the file as when it is written.
#pragma once

#include "ledger/bodies.hpp"
#include "ledger/record.hpp"
#include "licensing/course.hpp"
#include "licensing/guards.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ovhl::ledger {

struct past_correction { // for status
  instant at{};
  licensing::vm_key which;
  result_body what;
};

class history {
 public:
  // In their order. A body that cannot be read is said, and changes nothing.
  result<void> take(const record&);

  // Corrections whose intent has no result yet, by the number of the intent.
  const std::map<std::int64_t, licensing::unfinished>& unfinished() const noexcept;
  // VMs whose last correction failed, with how often in a row; a done one ends the row.
  const std::map<licensing::vm_key, licensing::attempts>& failed() const noexcept;
  const std::deque<past_correction>& recent() const noexcept; // the last 100, the oldest first
  const std::string& policy() const noexcept;                 // digest of the one in force
  bool has_text(const std::string& sha256) const;
  std::optional<instant> last_record() const noexcept;

  struct known_vm {
    std::int64_t id = 0;
    std::uint64_t fingerprint = 0;
    licensing::memory::entry verdict;
  };
  struct datacenter {
    bool observed = false; // now; else there is a gap
    std::string gap_cause;
    std::optional<instant> last_seen;   // with a gap
    std::vector<known_vm> vms;          // by id; those not gone
  };
  const std::map<licensing::place, datacenter>& datacenters() const noexcept;

  // What the polls before had in mind, to go on from.
  licensing::memory memory() const;

 private:
  // …
};

} // namespace ovhl::ledger
