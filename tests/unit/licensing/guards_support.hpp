// A fleet with corrections due and nothing in their way; a test changes what it is about.
#pragma once

#include "alike.hpp"
#include "licensing/guards.hpp"
#include "support.hpp"

#include <algorithm>

namespace ovhl::licensing {
inline doctest::String toString(const correction_state& s) {
  return printed(fmt::format("{} by {} until {}: {}", name(s.state), s.by ? name(*s.by) : "-",
                             s.until ? timestamp(*s.until) : "-", s.words));
}
} // namespace ovhl::licensing

namespace ovhl::licensing::testing {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

inline constexpr instant now = instant{today} + hours(9);

inline correction an_order(std::int64_t id, action a = action::set_license) {
  correction c;
  c.which = {here, id};
  c.action = a;
  if (a == action::set_license) c.to = "windows 2019 Standard";
  c.mode = mode::enforce;
  c.allowed = true;
  c.from_complete_list = true;
  c.since = now - hours(2);
  return c;
}

inline std::vector<correction> corrections(int count, action a = action::set_license) {
  std::vector<correction> all;
  for (int id = 1; id <= count; ++id)
    all.push_back(an_order(id, a));
  return all;
}

inline std::vector<due_correction> due_of(const std::vector<correction>& corrections) {
  std::vector<due_correction> all;
  for (const correction& c : corrections)
    all.push_back(due_correction::of(c));
  return all;
}

// A datacenter of so many VMs.
inline inventory fleet_of(std::size_t vms) {
  inventory seen;
  datacenter& dc = seen.datacenters.emplace_back();
  dc.where = here;
  dc.complete = true;
  dc.vms.resize(vms);
  return seen;
}

// Everything confirmed, nothing in the way; a test changes what it is about.
struct scene {
  std::vector<correction> due = corrections(1);
  inventory seen = fleet_of(5);
  licensing::guards guards;
  confirmations before;
  circumstances around;
  std::map<vm_key, attempts> failed;
  std::map<vm_key, correction_state> under_way;

  scene() {
    guards.confirm_polls = 1;
    around.now = now;
  }
  admission admitted() {
    around.failed = &failed;
    around.under_way = &under_way;
    return admit(due_of(due), seen, guards, before, around);
  }
  correction_state first() { return listed(admitted().each).at(0); }
};

inline correction_state begins(std::string words = {}) {
  return {due_state::running, {}, {}, std::move(words), {}};
}
inline correction_state held(guard by, std::string words, std::optional<instant> until = {}) {
  return {due_state::held, by, until, std::move(words), {}};
}
inline correction_state confirming(guard by, std::string words, std::optional<instant> until = {}) {
  return {due_state::confirming, by, until, std::move(words), {}};
}

inline std::size_t in_state(const admission& a, due_state s) {
  return static_cast<std::size_t>(std::ranges::count(listed(a.each), s, &correction_state::state));
}

} // namespace ovhl::licensing::testing
