#include "licensing/inventory.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ovhl::licensing {

namespace {

constexpr auto power_states = std::to_array<std::pair<power_state, std::string_view>>({
    {power_state::powered_on, "poweredOn"},
    {power_state::powered_off, "poweredOff"},
    {power_state::suspended, "suspended"},
    {power_state::deleted, "deleted"},
});

// What is kept of a datacenter that `fresh` saw incompletely.
datacenter older_or_fresh(datacenter&& before, datacenter&& fresh) {
  const bool once_complete = before.once_complete();
  if (!once_complete && before.vms.size() <= fresh.vms.size()) return std::move(fresh);
  before.problem = std::move(fresh.problem);
  before.complete = false;
  before.carried = once_complete;
  return std::move(before);
}

} // namespace

bool intact(std::string_view text) noexcept {
  return text.find("\xEF\xBF\xBD") == std::string_view::npos;
}

bool readable(std::string_view text) noexcept {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; };
  return std::ranges::none_of(text, control) && intact(text);
}

std::string_view name(power_state state) noexcept {
  const auto* const found =
      std::ranges::find(power_states, state, &decltype(power_states)::value_type::first);
  return found == power_states.end() ? "unknown" : found->second;
}

std::optional<power_state> parse_power_state(std::string_view text) noexcept {
  for (const auto& [state, written] : power_states)
    if (equal_ignoring_case(text, written)) return state;
  return std::nullopt;
}

bool blind_spot::hides(const place& where) const noexcept {
  return account == where.account && (service.empty() || service == where.service);
}

bool inventory::complete() const noexcept {
  return blind_spots.empty() && std::ranges::all_of(datacenters, &datacenter::complete);
}

bool inventory::hidden(const place& where) const noexcept {
  return std::ranges::any_of(blind_spots, [&](const blind_spot& b) { return b.hides(where); });
}

inventory copy_of(const inventory& all) {
  inventory made;
  made.blind_spots = all.blind_spots;
  made.datacenters.reserve(all.datacenters.size());
  for (const datacenter& dc : all.datacenters) {
    datacenter& copy = made.datacenters.emplace_back();
    copy.where = dc.where;
    copy.observed_at = dc.observed_at;
    copy.complete = dc.complete;
    copy.carried = dc.carried;
    copy.problem = dc.problem;
    copy.vms = dc.vms;
    for (vm& v : copy.vms)
      for (std::string_view* text : {&v.name, &v.guest_os_family, &v.reported_guest_os_family,
                                     &v.license, &v.listed_license, &v.cluster, &v.folder})
        if (known(*text)) *text = copy.texts.intern(*text);
  }
  return made;
}

inventory carried_forward(inventory before, inventory fresh) {
  for (datacenter& old : before.datacenters) {
    const auto now = std::ranges::find(fresh.datacenters, old.where, &datacenter::where);
    if (now != fresh.datacenters.end()) {
      if (!now->complete) *now = older_or_fresh(std::move(old), std::move(*now));
      continue;
    }
    const auto blind = std::ranges::find_if(
        fresh.blind_spots, [&](const blind_spot& b) { return b.hides(old.where); });
    if (blind == fresh.blind_spots.end()) continue; // the datacenter is gone
    datacenter unseen;
    unseen.where = old.where;
    unseen.observed_at = old.observed_at;
    unseen.problem = blind->problem;
    fresh.datacenters.push_back(older_or_fresh(std::move(old), std::move(unseen)));
  }
  std::ranges::sort(fresh.datacenters, {}, &datacenter::where);
  return fresh;
}

} // namespace ovhl::licensing
