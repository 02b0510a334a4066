#include "simulator/fleet.hpp"

#include <algorithm>
#include <stdexcept>

namespace ovhl::sim {

const vm* datacenter::find(std::int64_t vm_id) const {
  const auto found = std::ranges::lower_bound(*vms, vm_id, {}, &vm::id);
  return found != vms->end() && found->id == vm_id ? &*found : nullptr;
}

vm_list& datacenter::editable() {
  auto own = vms.use_count() == 1 ? std::const_pointer_cast<vm_list>(vms)
                                  : std::make_shared<vm_list>(*vms);
  vms = own;
  return *own;
}

datacenter* service::find(std::int64_t datacenter_id) {
  const auto found = std::ranges::find(datacenters, datacenter_id, &datacenter::id);
  return found == datacenters.end() ? nullptr : &*found;
}

service* fleet::find(std::string_view name) {
  const auto found = std::ranges::find(services, name, &service::name);
  return found == services.end() ? nullptr : &*found;
}

vm_place fleet::place_of(std::int64_t vm_id) {
  for (auto& service : services)
    for (auto& datacenter : service.datacenters)
      if (datacenter.find(vm_id)) return {&service, &datacenter};
  return {};
}

std::int64_t fleet::next_vm_id() const {
  std::int64_t highest = 1000;
  for (const auto& service : services)
    for (const auto& datacenter : service.datacenters)
      if (!datacenter.vms->empty()) highest = std::max(highest, datacenter.vms->back().id);
  return highest + 1;
}

std::size_t fleet::size() const {
  std::size_t vms = 0;
  for (const auto& service : services)
    for (const auto& datacenter : service.datacenters)
      vms += datacenter.vms->size();
  return vms;
}

bool fleet::change(std::int64_t vm_id, const std::function<void(vm&)>& edit) {
  const auto place = place_of(vm_id);
  if (!place) return false;
  edit(*std::ranges::lower_bound(place.datacenter->editable(), vm_id, {}, &vm::id));
  return true;
}

void fleet::add(datacenter& where, vm added) {
  if (place_of(added.id))
    throw std::runtime_error("VM " + std::to_string(added.id) + " already exists");
  auto& vms = where.editable();
  vms.insert(std::ranges::lower_bound(vms, added.id, {}, &vm::id), std::move(added));
}

bool fleet::remove(std::int64_t vm_id) {
  const auto place = place_of(vm_id);
  if (!place) return false;
  auto& vms = place.datacenter->editable();
  vms.erase(std::ranges::lower_bound(vms, vm_id, {}, &vm::id));
  return true;
}

} // namespace ovhl::sim
