// What was seen: every VM of every datacenter that could be read, as plain values. A text that is
// null in the API is a text_view without data; the texts live in the datacenter's pool.
#pragma once

#include "base/error.hpp"
#include "base/text_pool.hpp"
#include "base/timestamp.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::licensing {

enum class power_state : std::uint8_t { powered_on, powered_off, suspended, deleted, unknown };

// As the API and the policy write it: "poweredOn".
std::string_view name(power_state) noexcept;
std::optional<power_state> parse_power_state(std::string_view) noexcept;

// Null and empty are different things: `known(text)` is false only for null.
inline bool known(std::string_view text) noexcept { return text.data() != nullptr; }

// No U+FFFD in it, which stands for what came damaged or was cut off: else it is shown, and nothing
// is concluded from it.
bool intact(std::string_view) noexcept;
// Nor a control character, which no guest OS and no license has.
bool readable(std::string_view) noexcept;

struct vm {
  std::int64_t id = 0;
  std::string_view name;
  std::string_view guest_os_family;          // configured in vSphere (the VM's details)
  std::string_view reported_guest_os_family; // seen by VMware Tools (vmLicensed)
  std::string_view license;                  // of the VM's details
  std::string_view listed_license;           // of vmLicensed
  std::string_view cluster;
  std::string_view folder;
  std::int32_t cpus = 0; // 0: null
  power_state power = power_state::unknown;
  bool listed = false; // it stands in vmLicensed
  // It stands twice, with different contents, in vmLicensed or in the list of VMs.
  bool listed_differently = false, seen_differently = false;
};

// Where a VM is; together with its id its identity.
struct place {
  std::string account;
  std::string service;
  std::int64_t datacenter = 0;

  friend bool operator==(const place&, const place&) = default;
  friend auto operator<=>(const place&, const place&) = default;
};

struct datacenter {
  place where;
  instant observed_at{};
  bool complete = false; // every VM the API counts is in `vms`
  bool carried = false;  // `vms` are those of an earlier, complete look: see carried_forward()
  std::optional<error> problem; // why it is not
  std::vector<vm> vms;          // by id, each id once
  text_pool texts;

  // Only then it says what is due: what a part of the list shows may be no more than half the
  // truth.
  bool once_complete() const noexcept { return complete || carried; }
};

// A service or an account of which not even the datacenters could be listed.
struct blind_spot {
  std::string account;
  std::string service; // empty: the whole account
  error problem;

  bool hides(const place&) const noexcept;
};

struct inventory {
  std::vector<datacenter> datacenters; // by place
  std::vector<blind_spot> blind_spots;

  bool complete() const noexcept;
  // It may well be there, we could not look: its service or account is a blind spot.
  bool hidden(const place&) const noexcept;
};

// With texts of its own.
inventory copy_of(const inventory&);

// One picture out of two: what `fresh` could not see completely stands as `before` saw it last
// (with the fresh problem and the old observed_at), so that a bad minute does not make VMs vanish
// from sight. Datacenters of an account or service in a blind spot stand too. Of a datacenter that
// never was seen completely, the look that saw more stands. Datacenters go whole, each with the
// pool its texts live in.
inventory carried_forward(inventory before, inventory fresh);

} // namespace ovhl::licensing
