// The policy file as checked values. Everything here was checked when it was read; nothing is
// looked up again.
#pragma once

#include "base/glob.hpp"
#include "base/timestamp.hpp"
#include "licensing/inventory.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ovhl::licensing {

enum class mode : std::uint8_t { report, declare, enforce };
enum class guest_source : std::uint8_t { configured, reported };

std::string_view name(mode) noexcept;

// The right side of a rule or of a map entry.
enum class wanted : std::uint8_t { license, none, keep, review };

struct expectation {
  wanted what = wanted::review;
  std::string license;      // with wanted::license: a settable one
  std::vector<glob> accept; // licenses that are right, too; never values that are not licenses
  std::string reason;       // with keep, and with a review that is acknowledged
  std::optional<day> until; // the last day (UTC) of that keep or review; null: no end
  std::optional<licensing::mode> mode;
  std::optional<bool> bypass_guest_os_family_check;
  int line = 0; // in the file that it stands in
};

// Where an entry of the map stands: in the policy, or in the default mapping that it extends.
enum class origin : std::uint8_t { own, own_instead_of_default, by_default };

struct map_entry {
  glob guest_os_family;
  expectation expect;
  licensing::origin origin = licensing::origin::own;
};

// In every list that is not empty, one member must fit. Null in a VM counts as the empty text.
struct matcher {
  std::vector<glob> name, guest_os_family, service, cluster, folder;
  std::vector<std::int64_t> datacenter, vm_id;
  std::vector<licensing::power_state> power_state;
};

struct rule {
  std::string name;
  matcher match;
  expectation expect;
};

// When corrections may be made, in local time of the zone. An end before the beginning is on the
// next day.
struct time_window {
  std::uint8_t days = 0x7F; // bit 0 is Monday
  std::chrono::minutes from{0}, to{24 * 60};
  std::string time_zone = "UTC";
};

struct guards {
  int confirm_polls = 2;
  std::chrono::seconds grace = std::chrono::hours(1);
  int max_sets_per_poll = 20;
  int max_removals_per_poll = 5;
  int max_set_share = 30;     // percent of the datacenter's VMs
  int max_removal_share = 10; // percent
  std::chrono::seconds retry_after = std::chrono::minutes(15);
  std::vector<time_window> windows; // empty: always
};

struct policy {
  std::string id; // the digest of its text
  bool extends_default = false;
  licensing::mode mode = licensing::mode::report;
  bool bypass_guest_os_family_check = false;
  guest_source guest_os_family_from = guest_source::configured;
  std::vector<map_entry> guest_os_families; // in the order in which they are tried
  std::vector<rule> rules;                  // in the file's order
  std::vector<std::string> licenses;        // that can be set, beside those built in
  licensing::guards guards;
};

} // namespace ovhl::licensing
