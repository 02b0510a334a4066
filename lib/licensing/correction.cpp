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

correction order_for(const decision& made, const vm& seen, const datacenter& dc, const policy& p) {
  correction order;
  order.which = {dc.where, seen.id};
  order.action = made.action;
  order.from = copied(declared(seen));
  if (made.action == action::set_license) order.to = std::string(expected(made, p));
  order.bypass = made.bypass;
  order.mode = made.mode;
  order.verdict = made.verdict;
  order.allowed = allows(made, seen);
  order.from_complete_list = dc.complete;
  order.name = seen.name;
  order.guest_os_family = copied(seen.guest_os_family);
  order.reported_guest_os_family = copied(seen.reported_guest_os_family);
  order.listed = seen.listed;
  order.listed_license = copied(seen.listed_license);
  order.rule = source_name(made.from, p);
  order.reason = reason(made, seen, p);
  return order;
}

due_correction due_for(const datacenter& dc, std::uint32_t datacenter,
                       const datacenter_decisions& found, std::uint32_t index, const policy& p) {
  const decision& made = found.vms[index];
  const vm& seen = dc.vms[made.vm];
  due_correction d;
  d.which = {dc.where, seen.id};
  d.since = found.since[index];
  d.what = demand_of(made, p);
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

// What is due now, where that is something else.
std::optional<std::string> other_demand(const correction& order, const decision& now,
                                        const vm& seen, const policy& p) {
  if (now.action == action::none)
    return fmt::format("nothing needs correcting any more: {}", reason(now, seen, p));
  const std::string_view to =
      now.action == action::set_license ? expected(now, p) : std::string_view();
  if (now.action != order.action || to != view(order.to))
    return became("the expected license", license_in_words(to), license_in_words(view(order.to)));
  if (now.bypass != order.bypass)
    return fmt::format("the guest OS check is {} bypassed", now.bypass ? "now" : "no longer");
  if (order.allowed && !allows(now, seen))
    return fmt::format("mode '{}' now forbids it (it was '{}')", name(now.mode), name(order.mode));
  return std::nullopt;
}

} // namespace

due_correction due_correction::of(const correction& order) {
  due_correction d;
  d.which = order.which;
  d.since = order.since;
  d.what = demand_of(order.action, view(order.to));
  d.action = order.action;
  d.mode = order.mode;
  d.allowed = order.allowed;
  d.from_complete_list = order.from_complete_list;
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

correction order(const due_correction& one, const inventory& seen, const decisions& decided,
                 const policy& p) {
  const datacenter& dc = seen.datacenters[one.datacenter];
  const datacenter_decisions& found = decided.datacenters[one.datacenter];
  const decision& made = found.vms[one.decision];
  correction order = order_for(made, dc.vms[made.vm], dc, p);
  order.since = found.since[one.decision];
  order.occasion = found.occasions[one.decision];
  return order;
}

std::vector<correction> orders(std::span<const due_correction> all, const inventory& seen,
                               const decisions& decided, const policy& p) {
  std::vector<correction> made;
  made.reserve(all.size());
  for (const due_correction& one : all)
    made.push_back(order(one, seen, decided, p));
  return made;
}

std::optional<std::string> outdated(const correction& order, const vm& fresh, const policy& p,
                                    day today) {
  const std::string_view license = declared(fresh);
  if (copied(license) != order.from)
    return became("its license", license_in_words(license), license_in_words(view(order.from)));
  if (copied(fresh.guest_os_family) != order.guest_os_family)
    return became("its guest OS", guest_or_none(fresh.guest_os_family),
                  guest_or_none(view(order.guest_os_family)));
  if (copied(fresh.reported_guest_os_family) != order.reported_guest_os_family)
    return became("its reported guest OS", guest_or_none(fresh.reported_guest_os_family),
                  guest_or_none(view(order.reported_guest_os_family)));
  return other_demand(order, judge(fresh, order.which.where, p, today), fresh, p);
}

} // namespace ovhl::licensing
