#include "agent/fleet_keeper.hpp"

#include "agent/accounts.hpp"
#include "agent/view.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace ovhl::agent {

// Copies the picture if a record still uses it.
licensing::inventory& fleet_keeper::own_picture() {
  if (mine_.seen.use_count() > 1)
    mine_.seen = std::make_shared<licensing::inventory>(licensing::copy_of(*mine_.seen));
  return *mine_.seen;
}

void fleet_keeper::saw(licensing::inventory fresh) {
  mine_.seen = std::make_shared<licensing::inventory>(
      licensing::carried_forward(std::move(own_picture()), std::move(fresh)));
  mine_.surveyed = true;
}

std::shared_ptr<const surveyed> fleet_keeper::decide() {
  const decision_taker take = [this](std::vector<licensing::change> changes,
                                     licensing::memory next) {
    if (!mine_.surveyed) return; // the memory is for the first survey
    mine_.memory = std::move(next);
    with_.events.changes(changes);
  };
  return decide_on(mine_.seen, with_.now.configuration.setup, mine_.memory, with_.clock.wall(),
                   take);
}

void fleet_keeper::show(const surveyed& found, const licensing::due_corrections& due) {
  const picture pic = found.picture();
  mine_.datacenters = datacenter_rows(pic);
  mine_.exemptions = exemption_rows(pic);
  const auto rows = static_cast<std::size_t>(found.by->settings.status.max_findings);
  mine_.overview = overview(); // frees the old one first
  mine_.overview = overview(pic, due, rows);
}

bool fleet_keeper::put(const licensing::vm_key& which, const licensing::correction_state& how) {
  return mine_.overview.put(which, how);
}

void fleet_keeper::hold_waiting(const licensing::correction_state& how) {
  mine_.overview.hold_waiting(how);
}

void fleet_keeper::remember(licensing::memory past) {
  if (mine_.surveyed) return;
  mine_.memory = std::move(past);
  drop_uncovered(*with_.now.configuration.setup);
}

void fleet_keeper::drop_uncovered(const setup& wanted) {
  std::set<std::pair<std::string, std::string>> dropped;
  const auto uncovered = [&](const licensing::place& where) {
    return !covers(wanted, where.account, where.service);
  };
  for (const auto& [where, vms] : mine_.memory.vms)
    if (uncovered(where)) dropped.emplace(where.account, where.service);
  std::erase_if(mine_.memory.vms, [&](const auto& known) { return uncovered(known.first); });
  std::erase_if(mine_.memory.settled, uncovered);
  const auto dropped_place = [&](const auto& dc) { return uncovered(dc.where); };
  const auto dropped_spot = [&](const licensing::blind_spot& spot) {
    return !covers(wanted, spot.account, spot.service);
  };
  if (std::ranges::any_of(mine_.seen->datacenters, dropped_place) ||
      std::ranges::any_of(mine_.seen->blind_spots, dropped_spot)) {
    licensing::inventory& mine = own_picture();
    std::erase_if(mine.datacenters, dropped_place);
    std::erase_if(mine.blind_spots, dropped_spot);
  }
  for (const auto& [account, service] : dropped)
    with_.events.no_longer_watched(account, service);
}

} // namespace ovhl::agent
