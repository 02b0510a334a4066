// The corrections that decisions make due: as a few bytes each, and complete with everything that
// is needed to make them.
#pragma once

#include "licensing/decide.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ovhl::licensing {

struct correction {
  vm_key which;
  licensing::action action{};
  std::optional<std::string> from; // the license declared now
  std::optional<std::string> to;   // the license to declare; none with removeLicense
  bool bypass = false;
  licensing::mode mode{};
  licensing::verdict verdict{};
  bool allowed = false;            // the mode lets it be made
  bool from_complete_list = false; // otherwise it is only shown, never made
  licensing::occasion occasion{};
  instant since{}; // the VM has had this verdict since
  // As the VM was seen:
  std::string name;
  std::optional<std::string> guest_os_family, reported_guest_os_family;
  bool listed = false; // in vmLicensed, with this license:
  std::optional<std::string> listed_license;
  // Why:
  std::string rule;   // the deciding rule or entry; empty: none
  std::string reason; // one sentence, no full stop

  friend bool operator==(const correction&, const correction&) = default;
};

// What the guards need to decide whether a correction may begin. It has no texts except its place,
// because a fleet may have a hundred thousand of them.
struct due_correction {
  vm_key which;
  instant since{};        // the VM has had this verdict since
  std::uint32_t what = 0; // due_fingerprint(): the action and the license to set
  std::uint32_t datacenter = 0, decision = 0; // indexes into the decisions: see correction_of()
  licensing::action action{};
  licensing::mode mode{};
  bool allowed = false, from_complete_list = false;

  static due_correction of(const correction&);
};
static_assert(sizeof(due_correction) <= sizeof(vm_key) + 24);

// One for every decision with an action, in the order of the inventory. None in a datacenter that
// was never seen completely.
std::vector<due_correction> due(const inventory&, const decisions&, const policy&);
// The complete correction, to begin it or to show it.
correction correction_of(const due_correction&, const inventory&, const decisions&, const policy&);
std::vector<correction> corrections_of(std::span<const due_correction>, const inventory&,
                                       const decisions&, const policy&);

// Why the correction is no longer due for the VM as it was just read (details and vmLicensed), as
// part of a sentence: "its license is now 'windows 2022 Standard' (it was none)". Null: it is
// still due.
std::optional<std::string> outdated(const correction&, const vm& fresh, const policy&, day today);

} // namespace ovhl::licensing
