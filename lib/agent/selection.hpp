// Selects the corrections that `apply` is asked to make, by VM and by kind. Pure.
#pragma once

#include "base/error.hpp"
#include "licensing/decide.hpp"
#include "publish/apply.hpp"
#include "publish/correction_kind.hpp"
#include "publish/plan_file.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ovhl::agent {

struct selection {
  std::vector<std::string> vms;               // names or IDs; empty: all
  std::vector<publish::correction_kind> only; // empty: all

  bool narrows() const noexcept { return !vms.empty() || !only.empty(); }
};

// A selection whose VMs have been found.
class selected {
 public:
  // The error names the word that fits no VM or several, and lists those. While anything is unread,
  // only an ID is accepted, because an unread VM may have the same name.
  static result<selected> find(const selection&, const licensing::inventory&);

  bool has(const licensing::vm_key&, licensing::action,
           const std::optional<std::string>& before) const;
  // Removes what was not selected from the plan and returns how much. The error names a VM that is
  // not in the plan.
  result<std::size_t> narrow(publish::approved_plan&) const;

 private:
  selection what_;
  std::vector<licensing::vm_key> vms_; // as in what_.vms
};

} // namespace ovhl::agent
