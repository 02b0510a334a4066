// Says why a correction must not be sent. It is asked before a correction begins and right before
// the first byte of its request. It holds the configuration in force.
#pragma once

#include "agent/admitter.hpp"
#include "agent/ledger_access.hpp"
#include "agent/setup.hpp"
#include "licensing/correction_state.hpp"
#include "loop/clock.hpp"

#include <memory>
#include <optional>
#include <string>

namespace ovhl::agent {

class objections {
 public:
  objections(const loop::clock& clock, const ledger_access& ledger, const admitter& guards)
      : clock_(clock), ledger_(ledger), guards_(guards) {}

  // True: corrections that have not begun must be decided anew.
  bool adopt(std::shared_ptr<const setup>);
  // Null before the first adopt(). Compare the epoch after an await to notice a reload.
  const std::shared_ptr<const setup>& in_force() const noexcept { return in_force_; }
  const std::shared_ptr<const config::policy_file>& policy() const noexcept {
    return in_force_->policy;
  }
  void set_stopping(bool now) noexcept { stopping_ = now; }
  bool is_stopping() const noexcept { return stopping_; }

  // `decided_by`: the digest of the policy by which the VM was last decided; empty: none yet.
  std::optional<licensing::correction_state>
  against(const licensing::place&, const std::string& decided_by, bool canceled) const;

 private:
  const loop::clock& clock_;
  const ledger_access& ledger_;
  const admitter& guards_;
  std::shared_ptr<const setup> in_force_;
  bool stopping_ = false;
};

} // namespace ovhl::agent
