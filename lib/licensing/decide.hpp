// The decision: what was seen against what should be. Pure and total: any inventory that the API's
// types allow gives a verdict and a reason for every VM, the same input gives the same output, and
// the order of VMs does not matter.
#pragma once

#include "licensing/inventory.hpp"
#include "licensing/policy.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::licensing {

enum class verdict : std::uint8_t {
  compliant,
  missing,
  wrong,
  superfluous,
  exempt,
  review,
  mismatch,
  managed
};
inline constexpr std::size_t verdict_count = 8;
inline constexpr std::array<verdict, verdict_count> all_verdicts{
    verdict::compliant, verdict::missing, verdict::wrong,    verdict::superfluous,
    verdict::exempt,    verdict::review,  verdict::mismatch, verdict::managed};
std::string_view name(verdict) noexcept;
std::optional<verdict> parse_verdict(std::string_view) noexcept;

enum class action : std::uint8_t { none, set_license, remove_license };
std::string_view name(action) noexcept; // "", "setLicense", "removeLicense"

// Whether corrections of such a verdict may be made: declare adds missing declarations, enforce
// also replaces and removes.
bool allows(mode, verdict) noexcept;

// What decided: a rule, an entry of the map, or nothing in the policy.
struct source {
  enum class kind : std::uint8_t { nothing, rule, entry };
  kind what = kind::nothing;
  std::uint32_t index = 0; // into policy.rules or policy.guest_os_families

  friend bool operator==(const source&, const source&) = default;
};
std::string source_name(const source&,
                        const policy&); // "rule 'sql servers'", "guest_os_families 'win*'", ""

// Why, in a form that costs nothing to keep for a hundred thousand VMs; reason() puts it into
// words.
enum class cause : std::uint8_t {
  // whatever the policy says
  ovhcloud_managed,
  sources_disagree,   // the VM's details and the list of licensed VMs declare different things
  license_unreadable, // "unknown or unsupported license"
  guest_unknown,      // and no rule fits
  // nothing in the policy fits
  nothing_to_license,
  windows_without_rule, // either guest OS is Windows, or OVHcloud counts the VM as Windows
  license_without_rule,
  // as the deciding rule or entry has it
  kept,
  left_to_a_person,
  as_expected, // the very license, or none
  accepted,
  none_declared,
  other_declared,
  not_expected,
  legacy, // a license on a system of its time: once removed it could not be declared again
  counted_as_windows, // no license is expected by guest OS, yet OVHcloud counts the VM as Windows
  // configured and reported guest OS lead to different things
  guests_differ,
  guests_differ_bypassed, // the license of the guest OS that counts is to be set all the same
  guests_differ_accepted, // bypass is set, and what is declared is right for the guest OS that
                          // counts
};

struct decision {
  std::uint32_t vm = 0; // index into the datacenter's vms
  licensing::verdict verdict = licensing::verdict::review;
  licensing::action action = action::none;
  licensing::mode mode = mode::report; // that applies to this VM
  bool bypass = false;                 // to be sent with setLicense
  cause why{};
  source from;
  source other;   // with mismatch: what the other guest OS leads to
  source expired; // the keep that would have applied, had it not expired
};

// The license that should stand there, empty where none should or a person must decide.
std::string_view expected(const decision&, const policy&) noexcept;
// One sentence for a person, with what it rests on: guest OS, license, rule, dates.
std::string reason(const decision&, const vm&, const policy&);
// What is declared now: the license that counts, or null for none ("unlicensed windows guestos" is
// none).
std::string_view declared(const vm&) noexcept;
// Whether the mode that applies to the VM lets the correction that is due be made; no if none is
// due.
bool allows(const decision&, const vm&) noexcept;

// The verdict of one VM by itself, for `explain` and `test`.
decision judge(const vm&, const place&, const policy&, day today);

// One step of the way to a verdict: a rule or map entry that was tried, whether it fits, and why
// (not).
struct trial {
  source what;
  bool fits = false;
  std::string why;
};
std::vector<trial> explain(const vm&, const place&, const policy&, day today);

// ---- the whole fleet ----

struct vm_key {
  place where;
  std::int64_t id = 0;
  friend bool operator==(const vm_key&, const vm_key&) = default;
  friend auto operator<=>(const vm_key&, const vm_key&) = default;
};

// What one poll remembers for the next.
struct memory {
  struct entry {
    licensing::verdict verdict = verdict::review;
    instant since{};
  };
  // Of every datacenter, by VM id: the verdict and since when it has been so.
  std::map<place, std::vector<std::pair<std::int64_t, entry>>> vms;
};

struct change {
  vm_key which;
  std::string name;
  std::optional<verdict> before; // none: a new VM
  std::optional<verdict> after;  // none: it is gone
  std::string reason;
};

struct datacenter_decisions {
  std::vector<decision> vms;  // one for each of the datacenter's, in their order
  std::vector<instant> since; // likewise
};

struct exemption {
  source from;
  std::size_t vms = 0;
  bool expired = false;
};

struct decisions {
  std::vector<datacenter_decisions> datacenters; // parallel to inventory.datacenters
  std::vector<change> changes;       // against the memory; none at the first sight of a datacenter
  std::vector<exemption> exemptions; // one for every keep in the policy
  memory next;
};

decisions decide(const inventory&, const policy&, const memory&, instant now);

} // namespace ovhl::licensing
