// The decision: compares what was seen with what the policy expects. Pure and total: every
// inventory that the API's types allow yields a verdict and a reason for every VM. The same input
// yields the same output; the order of VMs and datacenters does not matter.
#pragma once

#include "licensing/inventory.hpp"
#include "licensing/policy.hpp"
#include "licensing/verdict.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ovhl::licensing {

// What decided: a rule, an entry of the map, or nothing in the policy.
struct source {
  enum class kind : std::uint8_t { nothing, rule, entry };
  kind what = kind::nothing;
  std::uint32_t index = 0; // into policy.rules or policy.guest_os_families

  friend bool operator==(const source&, const source&) = default;
};
// "rule 'sql servers'", "guest_os_families 'win*'", "".
std::string source_name(const source&, const policy&);

// Why, as one byte for each of a hundred thousand VMs; reason() puts it into words. To add one:
// here, where it is found (assess.cpp or judge.cpp), and its sentence in reason.cpp.
enum class cause : std::uint8_t {
  // independent of the policy
  ovhcloud_managed,
  sources_disagree,   // the VM's details and the list of licensed VMs declare different things
  seen_differently,   // one of the two lists names the VM twice, with different contents
  unreadable,         // a text that matters is damaged: see doubts.hpp
  license_unreadable, // "unknown or unsupported license"
  license_unheard_of, // a name that none of our lists has
  guest_unknown,      // and no rule fits
  // nothing in the policy fits
  nothing_to_license,
  windows_without_rule, // either guest OS is Windows, or OVHcloud counts the VM as Windows
  license_without_rule,
  // as the deciding rule or entry has it
  kept,
  left_to_a_person,
  as_expected, // exactly the expected license, or none
  accepted,
  none_declared,
  other_declared,
  not_expected,
  legacy,             // a legacy license on a legacy system: it could not be declared again
  counted_as_windows, // nothing is expected of that guest OS, yet OVHcloud counts it as Windows
  // configured and reported guest OS lead to different ends
  guests_differ,
  guests_differ_bypassed, // with bypass: the license for the guest OS that counts is due anyway
  guests_differ_accepted  // with bypass: the license is right for the guest OS that counts
};

// The action is what is due, whether or not the mode allows it: see allows().
struct decision {
  std::uint32_t vm = 0; // index into the datacenter's vms
  licensing::verdict verdict = verdict::review;
  licensing::action action = action::none;
  licensing::mode mode = mode::report; // that applies to this VM
  bool bypass = false;                 // to be sent with setLicense
  cause why{};
  source from;
  source other;   // what decides for the other guest OS, if that leads to something else
  source expired; // the first keep that would have applied if it had not ended; or the deciding
                  // review, if its acknowledgement has ended

  friend bool operator==(const decision&, const decision&) = default;
};
static_assert(sizeof(decision) <= 40);

// The license that should be declared; empty if none should, or if a person must decide.
std::string_view expected(const decision&, const policy&) noexcept;
// Whether a person has acknowledged the review until a day that is not over. Contradictory or
// damaged data cannot be acknowledged.
bool acknowledged(const decision&, const policy&) noexcept;
// One sentence for a person with the facts behind it: guest OS, license, dates. No full stop.
std::string reason(const decision&, const vm&, const policy&);
// The license that is declared now and counts; null for none ("unlicensed windows guestos" is none,
// too).
std::string_view declared(const vm&) noexcept;
// Whether a correction is due and the VM's mode allows it. Mode declare is enough to declare a
// license where there is none, also if the guest OS differ.
bool allows(const decision&, const vm&) noexcept;

// The verdict of one VM by itself, for `explain` and `test`.
decision judge(const vm&, const place&, const policy&, day today);

// ---- the whole fleet ----

struct vm_key {
  place where;
  std::int64_t id = 0;
  friend bool operator==(const vm_key&, const vm_key&) = default;
  friend auto operator<=>(const vm_key&, const vm_key&) = default;
};

// What led to the verdict, or to the correction that it requires.
enum class occasion : std::uint8_t {
  first_look,   // seen so when the datacenter was first seen completely
  drift,        // the VM or its license changed
  new_vm,       // the VM is new
  policy_change // the policy changed
};
std::string_view name(occasion) noexcept; // "first_look", "drift", "new_vm", "policy_change"

// A fingerprint of the action and the license to set; never 0.
std::uint32_t due_fingerprint(action, std::string_view to) noexcept;

// What one poll remembers for the next.
struct memory {
  struct past_verdict {
    licensing::verdict verdict = verdict::review;
    licensing::occasion occasion = occasion::first_look;
    std::uint32_t due = 0; // due_fingerprint() of what was due; 0: not known
    instant since{};       // it has been seen so since
    friend bool operator==(const past_verdict&, const past_verdict&) = default;
  };
  static_assert(sizeof(past_verdict) <= 16);
  // The VMs of every datacenter, by id.
  std::map<place, std::vector<std::pair<std::int64_t, past_verdict>>> vms;
  // The datacenters that were once seen completely: an unknown VM there is new.
  std::set<place> settled;
  std::string policy; // the id of the policy that decided

  friend bool operator==(const memory&, const memory&) = default;
};

struct change {
  vm_key which;
  std::string name;              // as the API has it; empty for a VM that is gone
  std::optional<verdict> before; // none: a new VM
  std::optional<verdict> after;  // none: it is gone
  std::string reason;

  friend bool operator==(const change&, const change&) = default;
};

struct datacenter_decisions {
  std::vector<decision> vms;       // one for each of the datacenter's, in their order
  std::vector<instant> since;      // likewise
  std::vector<occasion> occasions; // likewise
};

struct exemption {
  source from;
  std::size_t vms = 0; // that it covers, or would cover if it had not ended
  bool expired = false;

  friend bool operator==(const exemption&, const exemption&) = default;
};

struct decisions {
  std::vector<datacenter_decisions> datacenters; // parallel to inventory.datacenters
  std::vector<change> changes;                   // against the memory, by VM
  std::vector<exemption>
      exemptions; // one for every keep and acknowledgement: the rules', the map's
  memory next;
};

// Whatever could not be read is remembered unchanged: VMs missing from an incomplete datacenter,
// and datacenters in a blind spot. Anything else that is missing is gone.
decisions decide(const inventory&, const policy&, const memory&, instant now);

} // namespace ovhl::licensing
