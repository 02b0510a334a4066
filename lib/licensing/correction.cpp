#include "licensing/correction.hpp"

#include "base/text.hpp"
#include "licensing/judge.hpp"
#include "licensing/reason.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ovhl::licensing {

namespace {

std::optional<std::string> copied(std::string_view text) {
  return known(text) ? std::optional<std::string>(text) : std::nullopt;
}

std::string_view view(const std::optional<std::string>& text) noexcept {
  return text ? std::string_view(*text) : std::string_view();
}

correction in_full(const decision& made, const vm& seen, const datacenter& dc, const policy& p) {
  correction one;
  one.which = {dc.where, seen.id};
  one.action = made.action;
  one.from = copied(declared(seen));
  if (made.action == action::set_license) one.to = std::string(expected(made, p));
  one.bypass = made.bypass;
  one.mode = made.mode;
  one.verdict = made.verdict;
  one.allowed = allows(made, seen);
  one.from_complete_list = dc.complete;
  one.name = seen.name;
  one.guest_os_family = copied(seen.guest_os_family);
  one.reported_guest_os_family = copied(seen.reported_guest_os_family);
  one.listed = seen.listed;
  one.listed_license = copied(seen.listed_license);
  one.rule = source_name(made.from, p);
  one.reason = reason(made, seen, p);
  return one;
}

due_correction due_for(const datacenter& dc, std::uint32_t datacenter,
                       const datacenter_decisions& found, std::uint32_t index, const policy& p) {
  const decision& made = found.vms[index];
  const vm& seen = dc.vms[made.vm];
  due_correction d;
  d.which = {dc.where, seen.id};
  d.since = found.since[index];
  d.what = due_fingerprint(made, p);
  d.datacenter = datacenter;
  d.decision = index;
  d.action = made.action;
  d.mode = made.mode;
  d.allowed = allows(made, seen);
  d.from_complete_list = dc.complete;
  return d;
}

std::string license_in_words(std::string_view license) {
  return known(license) ? fmt::format("'{}'", printable(license)) : "none";
}

std::string guest_or_none(std::string_view guest) {
  return known(guest) ? guest_in_words(guest) : "none";
}

std::string became(std::string_view what, std::string_view now, std::string_view was) {
  return fmt::format("{} is now {} (it was {})", what, now, was);
}

// What is due now, if that is something else.
std::optional<std::string> other_action(const correction& one, const decision& now, const vm& seen,
                                        const policy& p) {
  if (now.action == action::none)
    return fmt::format("nothing needs correcting any more: {}", reason(now, seen, p));
  const std::string_view to =
      now.action == action::set_license ? expected(now, p) : std::string_view();
  if (now.action != one.action || to != view(one.to))
    return became("the expected license", license_in_words(to), license_in_words(view(one.to)));
  if (now.bypass != one.bypass)
    return fmt::format("the guest OS check is {} bypassed", now.bypass ? "now" : "no longer");
  if (one.allowed && !allows(now, seen))
    return fmt::format("mode '{}' now forbids it (it was '{}')", name(now.mode), name(one.mode));
  return std::nullopt;
}

} // namespace

due_correction due_correction::of(const correction& one) {
  due_correction d;
  d.which = one.which;
  d.since = one.since;
  d.what = due_fingerprint(one.action, view(one.to));
  d.action = one.action;
  d.mode = one.mode;
  d.allowed = one.allowed;
  d.from_complete_list = one.from_complete_list;
  return d;
}

std::vector<due_correction> due(const inventory& seen, const decisions& decided, const policy& p) {
  std::vector<due_correction> all;
  for (std::uint32_t d = 0; d < seen.datacenters.size(); ++d) {
    const datacenter& dc = seen.datacenters[d];
    if (!dc.once_complete()) continue;
    const datacenter_decisions& found = decided.datacenters[d];
    const auto is_due = [](const decision& made) { return made.action != action::none; };
    all.reserve(all.size() + static_cast<std::size_t>(std::ranges::count_if(found.vms, is_due)));
    for (std::uint32_t i = 0; i < found.vms.size(); ++i)
      if (is_due(found.vms[i])) all.push_back(due_for(dc, d, found, i, p));
  }
  return all;
}

correction correction_of(const due_correction& due, const inventory& seen, const decisions& decided,
                         const policy& p) {
  const datacenter& dc = seen.datacenters[due.datacenter];
  const datacenter_decisions& found = decided.datacenters[due.datacenter];
  const decision& made = found.vms[due.decision];
  correction one = in_full(made, dc.vms[made.vm], dc, p);
  one.since = found.since[due.decision];
  one.occasion = found.occasions[due.decision];
  return one;
}

std::vector<correction> corrections_of(std::span<const due_correction> all, const inventory& seen,
                                       const decisions& decided, const policy& p) {
  std::vector<correction> made;
  made.reserve(all.size());
  for (const due_correction& one : all)
    made.push_back(correction_of(one, seen, decided, p));
  return made;
}

std::optional<std::string> outdated(const correction& one, const vm& fresh, const policy& p,
                                    day today) {
  const std::string_view license = declared(fresh);
  if (copied(license) != one.from)
    return became("its license", license_in_words(license), license_in_words(view(one.from)));
  if (copied(fresh.guest_os_family) != one.guest_os_family)
    return became("its guest OS", guest_or_none(fresh.guest_os_family),
                  guest_or_none(view(one.guest_os_family)));
  if (copied(fresh.reported_guest_os_family) != one.reported_guest_os_family)
    return became("its reported guest OS", guest_or_none(fresh.reported_guest_os_family),
                  guest_or_none(view(one.reported_guest_os_family)));
  return other_action(one, judge(fresh, one.which.where, p, today), fresh, p);
}

} // namespace ovhl::licensing
