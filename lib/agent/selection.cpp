#include "agent/selection.hpp"

#include "agent/find_vm.hpp"
#include "base/text.hpp"
#include "publish/plan_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace ovhl::agent {

namespace {

licensing::vm_key key_of(const licensing::inventory& seen, const found_vm& found) {
  const licensing::datacenter& dc = seen.datacenters[found.datacenter];
  return {dc.where, dc.vms[found.vm].id};
}

error refused(std::string message, std::string advice) {
  error e;
  e.where = "--vm";
  e.message = std::move(message);
  e.advice = std::move(advice);
  return e;
}

error ambiguous(const licensing::inventory& seen, std::string_view word,
                const std::vector<found_vm>& all) {
  constexpr std::size_t most = 10;
  std::vector<std::string> shown;
  for (const found_vm& one : all) {
    if (shown.size() == most) {
      shown.emplace_back("…");
      break;
    }
    const licensing::datacenter& dc = seen.datacenters[one.datacenter];
    shown.push_back(
        fmt::format("{} in {}/{}", dc.vms[one.vm].id, dc.where.service, dc.where.datacenter));
  }
  const bool by_id = std::ranges::any_of(
      all, [&](const found_vm& one) { return word == std::to_string(key_of(seen, one).id); });
  return refused(fmt::format("{} VMs have the name or ID '{}': {}", all.size(), printable(word),
                             fmt::join(shown, ", ")),
                 by_id ? "nothing was changed; rename one of them, or use apply without --vm"
                       : "nothing was changed; give the ID of the one you mean");
}

// IDs repeat from service to service, not within one.
bool read_all_other_services(const licensing::inventory& seen, const licensing::place& here) {
  const auto is_here = [&](std::string_view account, std::string_view service) {
    return account == here.account && service == here.service;
  };
  return std::ranges::all_of(seen.datacenters,
                             [&](const licensing::datacenter& dc) {
                               return dc.complete || is_here(dc.where.account, dc.where.service);
                             }) &&
         std::ranges::all_of(seen.blind_spots, [&](const licensing::blind_spot& spot) {
           return is_here(spot.account, spot.service);
         });
}

// The word names a VM, and may name another that could not be read.
error uncertain(std::string_view word, bool id_is_certain) {
  return refused(
      fmt::format("not everything could be read, so '{}' may also be another VM", printable(word)),
      id_is_certain ? "nothing was changed; give the ID of the one you mean"
                    : "nothing was changed; try again when everything can be read");
}

} // namespace

result<selected> selected::find(const selection& what, const licensing::inventory& seen) {
  selected found;
  found.what_ = what;
  for (const std::string& word : what.vms) {
    const auto all = find_vms(seen, word);
    if (all.empty()) return refused(no_such_vm(seen, word).message, "nothing was changed");
    if (all.size() > 1) return ambiguous(seen, word, all);
    const licensing::vm_key only = key_of(seen, all.front());
    const bool id_is_certain = read_all_other_services(seen, only.where);
    const bool by_id = word == std::to_string(only.id);
    if (by_id ? !id_is_certain : !seen.complete()) return uncertain(word, id_is_certain);
    found.vms_.push_back(only);
  }
  return found;
}

bool selected::has(const licensing::vm_key& which, licensing::action action,
                   const std::optional<std::string>& before) const {
  const auto& only = what_.only;
  return (vms_.empty() || std::ranges::find(vms_, which) != vms_.end()) &&
         (only.empty() || std::ranges::find(only, publish::kind_of(action, before)) != only.end());
}

result<std::size_t> selected::narrow(publish::approved_plan& plan) const {
  for (std::size_t i = 0; i < vms_.size(); ++i)
    if (std::ranges::none_of(plan.corrections, [&](const publish::plan_row& c) {
          return licensing::vm_key{c.where, c.vm_id} == vms_[i];
        }))
      return refused(fmt::format("'{}' is not in the plan", printable(what_.vms[i])),
                     "nothing was changed; `ovh-licensed plan --show FILE --rows` lists its VMs");
  return std::erase_if(plan.corrections, [&](const publish::plan_row& c) {
    return !has({c.where, c.vm_id}, c.action, c.before);
  });
}

} // namespace ovhl::agent
