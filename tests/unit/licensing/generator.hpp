// Random policies and fleets for properties: small alphabets, so that everything meets everything.
// The same seed gives the same ones everywhere (the standard distributions would not).
#pragma once

#include "licensing/license.hpp"
#include "support.hpp"

#include <array>
#include <cstdint>
#include <random>
#include <string_view>

namespace ovhl::licensing::testing {

class generator {
 public:
  explicit generator(std::uint32_t seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return random_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class List>
  auto pick(const List& list) {
    return list[below(list.size())];
  }

  std::string_view guest() { return pick(guests); }

  vm a_vm(std::int64_t id) {
    vm v;
    v.id = id;
    v.name = pick(names);
    v.guest_os_family = guest();
    v.reported_guest_os_family = one_in(2) ? v.guest_os_family : guest();
    v.license = declared();
    v.listed = !one_in(3);
    v.listed_license = one_in(4) ? declared() : v.license;
    v.cluster = pick(names);
    v.folder = pick(names);
    v.power = static_cast<power_state>(below(5));
    return v;
  }

  datacenter a_datacenter(place where, std::size_t most) {
    datacenter dc;
    dc.where = std::move(where);
    dc.complete = !one_in(4);
    for (std::size_t id = 0; id < most; ++id)
      if (!one_in(4)) dc.vms.push_back(a_vm(static_cast<std::int64_t>(id)));
    return dc;
  }

  // Some of a few places, some of them in a blind spot.
  inventory a_fleet(std::size_t most = 12) {
    inventory seen;
    for (const std::string_view service : {"pcc-1", "pcc-2"}) {
      if (one_in(6)) {
        seen.blind_spots.push_back({"main", std::string(service), {}});
        continue;
      }
      for (const std::int64_t number : {1, 2})
        if (!one_in(6))
          seen.datacenters.push_back(a_datacenter({"main", std::string(service), number}, most));
    }
    return seen;
  }

  policy a_policy() {
    policy p;
    p.mode = static_cast<mode>(below(3));
    p.bypass_guest_os_family_check = one_in(3);
    p.guest_os_family_from = one_in(2) ? guest_source::configured : guest_source::reported;
    for (const std::string_view key : map_keys)
      if (!one_in(3)) p.guest_os_families.push_back({glob(std::string(key)), an_expectation()});
    for (std::size_t n = below(4); n > 0; --n)
      p.rules.push_back({"rule " + std::to_string(n), a_matcher(), an_expectation()});
    return p;
  }

 private:
  std::string_view declared() {
    if (one_in(2)) return pick(few_licenses);
    return one_in(3) ? pick(legacy_licenses()) : pick(settable_licenses());
  }

  expectation an_expectation() {
    expectation e;
    e.what = static_cast<wanted>(below(4));
    if (e.what == wanted::license) {
      e.license = one_in(2) ? "windows 2019 Standard" : std::string(pick(settable_licenses()));
      for (std::size_t n = below(3); n > 0; --n)
        e.accept.emplace_back(std::string(pick(accepts)));
    }
    if (e.what == wanted::keep) {
      e.reason = "because";
      if (!one_in(3)) e.until = today + std::chrono::days(static_cast<int>(below(3)) - 1);
    }
    if (one_in(3)) e.mode = static_cast<mode>(below(3));
    if (one_in(3)) e.bypass_guest_os_family_check = one_in(2);
    return e;
  }

  matcher a_matcher() {
    matcher m;
    if (one_in(2)) m.name = some_globs();
    if (one_in(3)) m.guest_os_family.emplace_back(std::string(pick(map_keys)));
    if (one_in(6)) m.service = globs({"pcc-1"});
    if (one_in(6)) m.datacenter = {1};
    if (one_in(6)) m.cluster = some_globs();
    if (one_in(6)) m.folder = some_globs();
    if (one_in(6)) m.power_state = {power_state::powered_on, power_state::unknown};
    if (one_in(6)) m.vm_id = {0, 2, 4};
    return m;
  }
  std::vector<glob> some_globs() {
    std::vector<glob> some;
    for (std::size_t n = 1 + below(2); n > 0; --n)
      some.emplace_back(std::string(pick(patterns)));
    return some;
  }

  static constexpr auto guests = std::to_array<std::string_view>(
      {null, "", "ubuntu64Guest", "otherGuest", "windows2019srv_64Guest", "WINDOWS2019SRV_64GUEST",
       "windows2019srvNext_64Guest", "windows9Server64Guest", "windows8Server64Guest",
       "windows11_64Guest", "windowsGuest", "win\x1b\n\xff"});
  static constexpr auto names =
      std::to_array<std::string_view>({null, "", "web-1", "sql-1", "sql-22", "a\x1b[0m\nb"});
  static constexpr auto patterns =
      std::to_array<std::string_view>({"*", "sql-*", "web-?", "?*", "", "web-1"});
  static constexpr auto map_keys = std::to_array<std::string_view>(
      {"windows2019srv_64Guest", "windows8Server64Guest", "windows9Server64Guest",
       "windows2019srv*", "windows*", "win*", "*64Guest", "*"});
  static constexpr auto accepts = std::to_array<std::string_view>(
      {"*", "windows 2019 *", "windows 2012 R2 *", "windows *SQL*"});
  static constexpr auto few_licenses = std::to_array<std::string_view>(
      {null, null, null, "", "OVHcloud managed", "unknown or unsupported license",
       "unlicensed windows guestos", "windows 2019 Standard", "windows 2044 \x07 Standard"});

  std::mt19937 random_;
};

// A datacenter owns its texts and is not copied; these texts are literals.
inline inventory copy(const inventory& seen) {
  inventory same;
  same.blind_spots = seen.blind_spots;
  for (const datacenter& dc : seen.datacenters) {
    datacenter& twin = same.datacenters.emplace_back();
    twin.where = dc.where;
    twin.complete = dc.complete;
    twin.vms = dc.vms;
  }
  return same;
}

} // namespace ovhl::licensing::testing
