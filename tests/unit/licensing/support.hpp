// What the tests of this room share: how values are printed, and short ways to write VMs and
// policies.
#pragma once

#include "licensing/decide.hpp"
#include "support/printing.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ovhl::licensing {

using test::printed;

// doctest finds these beside the types.
inline doctest::String toString(const source& s) {
  constexpr std::string_view kinds[] = {"nothing", "rule", "entry"};
  return printed(fmt::format("{} {}", kinds[static_cast<std::size_t>(s.what)], s.index));
}
inline doctest::String toString(const exemption& e) {
  return toString(e.from) + printed(fmt::format(": {} VMs{}", e.vms, e.expired ? ", ended" : ""));
}
inline doctest::String toString(const change& c) {
  const auto word = [](const std::optional<verdict>& v) { return v ? name(*v) : "-"; };
  return printed(fmt::format("{}/{}/{} vm {} '{}': {} -> {}: {}", c.which.where.account,
                             c.which.where.service, c.which.where.datacenter, c.which.id, c.name,
                             word(c.before), word(c.after), c.reason));
}

} // namespace ovhl::licensing

namespace ovhl::licensing::testing {

inline const place here{"main", "pcc-192-0-2-1", 12};
inline constexpr day today = std::chrono::sys_days{std::chrono::January / 15 / 2027};

inline constexpr std::string_view null{};
inline constexpr std::string_view w2016 = "windows9Server64Guest";
inline constexpr std::string_view w2019 = "windows2019srv_64Guest";
inline constexpr std::string_view w2022 = "windows2019srvNext_64Guest";
inline constexpr std::string_view w2012 = "windows8Server64Guest";
inline constexpr std::string_view ubuntu = "ubuntu64Guest";

struct licenses {
  std::string_view details;
  std::string_view list = null;
  bool is_listed = false;
};

// A VM whose two places of license agree.
inline vm a_vm(std::string_view configured, std::string_view reported, std::string_view license) {
  vm v;
  v.id = 1;
  v.name = "web-1";
  v.guest_os_family = configured;
  v.reported_guest_os_family = reported;
  v.license = license;
  v.listed_license = license;
  v.listed = known(license);
  v.power = power_state::powered_on;
  return v;
}
inline vm with(vm v, const licenses& l) {
  v.license = l.details;
  v.listed_license = l.list;
  v.listed = l.is_listed;
  return v;
}
inline vm named(vm v, std::string_view name, std::int64_t id = 1) {
  v.name = name;
  v.id = id;
  return v;
}

inline std::vector<glob> globs(std::initializer_list<const char*> patterns) {
  std::vector<glob> all;
  for (const char* pattern : patterns)
    all.emplace_back(pattern);
  return all;
}

inline expectation license(std::string name, std::initializer_list<const char*> accept = {}) {
  expectation e;
  e.what = wanted::license;
  e.license = std::move(name);
  e.accept = globs(accept);
  return e;
}
inline expectation none() {
  expectation e;
  e.what = wanted::none;
  return e;
}
inline expectation review() { return {}; }
inline expectation keep(std::string reason, std::optional<day> until) {
  expectation e;
  e.what = wanted::keep;
  e.reason = std::move(reason);
  e.until = until;
  return e;
}
inline expectation in_mode(expectation e, mode m) {
  e.mode = m;
  return e;
}
inline expectation bypassing(expectation e, bool on = true) {
  e.bypass_guest_os_family_check = on;
  return e;
}

inline map_entry entry(std::string guest, expectation e) {
  return {glob(std::move(guest)), std::move(e)};
}
inline rule a_rule(std::string name, matcher m, expectation e) {
  return {std::move(name), std::move(m), std::move(e)};
}
inline matcher by_name(std::initializer_list<const char*> patterns) {
  matcher m;
  m.name = globs(patterns);
  return m;
}

// A map like the one that is installed.
inline policy usual_policy() {
  policy p;
  p.guest_os_families.push_back(
      entry("windows2019srvNext_64Guest", license("windows 2022 Standard")));
  p.guest_os_families.push_back(
      entry("windows2019srv_64Guest", license("windows 2019 Standard", {"windows 2019 *"})));
  p.guest_os_families.push_back(
      entry("windows9Server64Guest",
            license("windows 2016 Standard", {"windows 2016 *", "windows 2019 *"})));
  p.guest_os_families.push_back(entry("windows8Server64Guest", none()));
  p.guest_os_families.push_back(entry("win*", review()));
  p.guest_os_families.push_back(entry("*", none()));
  return p;
}

// The same behind one rule.
inline policy only_rule(matcher m, expectation e) {
  policy p = usual_policy();
  p.rules.push_back(a_rule("the rule", std::move(m), std::move(e)));
  return p;
}

// What a table of verdicts checks of one VM.
struct judged {
  licensing::verdict verdict;
  licensing::action action;
  std::string_view expected;
  std::string_view from;
  std::string_view reason;
};
inline void check_verdict(const vm& seen, const policy& p, const judged& wanted) {
  const decision d = judge(seen, here, p, today);
  CHECK(d.verdict == wanted.verdict);
  CHECK(d.action == wanted.action);
  CHECK(expected(d, p) == wanted.expected);
  CHECK(source_name(d.from, p) == wanted.from);
  CHECK(reason(d, seen, p) == wanted.reason);
}

struct verdict_row {
  const char* fact;
  vm seen;
  judged wanted;
};
inline void check_table(const std::vector<verdict_row>& table, const policy& p) {
  for (const verdict_row& row : table) {
    INFO(row.fact);
    check_verdict(row.seen, p, row.wanted);
  }
}

} // namespace ovhl::licensing::testing
