// What a survey saw: every VM of every datacenter that could be read, as plain values. The texts
// live in the datacenter's pool; a text that is null in the API is a string_view without data.
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

// Null and empty are different: `known(text)` is false only for null.
inline bool known(std::string_view text) noexcept { return text.data() != nullptr; }

// Contains no U+FFFD, which replaces what arrived damaged or was cut off. A text that is not intact
// is shown, but no decision rests on it.
bool intact(std::string_view) noexcept;
// Intact, and without control characters, which no guest OS and no license has.
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
  bool listed = false; // vmLicensed contains it
  // vmLicensed, or the list of VMs, contains it twice with different contents.
  bool listed_differently = false, seen_differently = false;
};

// Where a VM is. Place and id together identify it.
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
  bool complete = false;        // every VM the API counts is in `vms`
  bool carried = false;         // `vms` are from an earlier, complete survey: see carried_forward()
  std::optional<error> problem; // why it is not complete
  std::vector<vm> vms;          // by id, each id once
  text_pool texts;

  // Only then corrections may be due: a partial list may give a wrong picture of a VM.
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
  // The place may exist, but its service or account could not be read.
  bool hidden(const place&) const noexcept;
};

// With texts of its own.
inventory copy_of(const inventory&);

// Fills the gaps of `fresh` from `before`, so that a short failure does not make VMs vanish. A
// datacenter that `fresh` could not read completely is taken from `before`, with the new problem
// and the old observed_at; so is one in a blind spot. If neither is complete, the one with more VMs
// is taken. Datacenters are taken whole, each with the pool of its texts.
inventory carried_forward(inventory before, inventory fresh);

} // namespace ovhl::licensing
