// Controls the fleet.
#include "simulator/control_routes.hpp"
#include "simulator/fleet_file.hpp"
#include "simulator/vm_fields.hpp"

#include <algorithm>
#include <utility>

namespace ovhl::sim {

namespace {

namespace json = boost::json;

json::value overview(const control_request& it) {
  std::size_t datacenters = 0;
  for (const auto& service : it.w.fleet.services)
    datacenters += service.datacenters.size();
  return {{"services", it.w.fleet.services.size()},
          {"datacenters", datacenters},
          {"vms", it.w.fleet.size()},
          {"connections_opened", it.w.connections.opened},
          {"connections_open", it.w.connections.open},
          {"requests", it.w.log.count()},
          {"faults", it.w.faults.armed().size()}};
}

json::value get_fleet(const control_request& it) { return fleet_object(it.w.fleet); }

json::value put_fleet(const control_request& it) {
  it.w.fleet = parse_fleet(it.text);
  it.w.conduct.read_vms.clear();
  return overview(it);
}

json::value get_vm(const control_request& it) {
  const auto place = it.w.fleet.place_of(it.number());
  if (!place) unknown("VM", it.names[0]);
  auto fields = fields_of(*place.datacenter->find(it.number()));
  fields["service"] = place.service->name;
  fields["datacenter"] = place.datacenter->id;
  return fields;
}

datacenter& chosen_datacenter(fleet& all, const json::object& body) {
  const auto* const name = body.if_contains("service");
  const auto* const id = body.if_contains("datacenter");
  for (auto& service : all.services)
    for (auto& center : service.datacenters)
      if ((!name || as<std::string>(*name) == service.name) &&
          (!id || as<std::int64_t>(*id) == center.id))
        return center;
  throw std::runtime_error("there is no such datacenter");
}

json::value post_vm(const control_request& it) {
  const auto body = it.body();
  auto& all = it.w.fleet;
  auto& where = chosen_datacenter(all, body);
  vm machine;
  const auto* const id = body.if_contains("vmId");
  machine.id = id ? as<std::int64_t>(*id) : all.next_vm_id();
  machine.cluster = all.texts->intern("Cluster1");
  machine.folder = all.texts->intern("vm");
  for (const auto& [name, value] : body)
    if (name != "vmId" && name != "service" && name != "datacenter")
      set_field(machine, name, value, *all.texts);
  if (!body.contains("reportedGuestOsFamily")) machine.reported_guest_os = machine.guest_os;
  const auto added = machine.id;
  all.add(where, std::move(machine));
  return {{"vmId", added}};
}

json::value patch_vm(const control_request& it) {
  const auto body = it.body();
  const auto edit = [&](vm& machine) {
    for (const auto& [name, value] : body)
      set_field(machine, name, value, *it.w.fleet.texts);
  };
  if (!it.w.fleet.change(it.number(), edit)) unknown("VM", it.names[0]);
  return get_vm(it);
}

json::value delete_vm(const control_request& it) {
  if (!it.w.fleet.remove(it.number())) unknown("VM", it.names[0]);
  return done();
}

json::value patch_service(const control_request& it) {
  auto* const found = it.w.fleet.find(it.names[0]);
  if (!found) unknown("service", it.names[0]);
  for (const auto& [name, value] : it.body()) {
    if (name == "spla" && value.is_bool())
      found->spla = value.get_bool();
    else if (name == "expired")
      found->expired = value.as_bool();
    else if (name == "automatic")
      found->automatic = value.as_bool();
    else if (name == "description" && value.is_string())
      found->description = value.get_string();
    else if (name == "expiration") {
      const auto date = parse_date(as<std::string>(value));
      if (!date) throw std::runtime_error("expiration must be a date");
      found->expiration = *date;
    } else
      found->fields[name] = value;
  }
  return done();
}

json::value delete_service(const control_request& it) {
  if (std::erase_if(it.w.fleet.services, [&](const service& s) { return s.name == it.names[0]; }) ==
      0)
    unknown("service", it.names[0]);
  return done();
}

json::value delete_datacenter(const control_request& it) {
  auto* const owner = it.w.fleet.find(it.names[0]);
  if (!owner) unknown("service", it.names[0]);
  const auto id = parse_long(it.names[1]);
  if (std::erase_if(owner->datacenters, [&](const datacenter& d) { return d.id == id; }) == 0)
    unknown("datacenter", it.names[1]);
  return done();
}

json::value tick(const control_request& it) {
  const auto body = it.body();
  const auto steps = body.contains("steps") ? as<int>(body.at("steps")) : 1;
  json::array happened;
  for (int i = 0; i < steps; ++i)
    happened.push_back(json::value(it.w.changes.step(it.w.fleet)));
  return happened;
}

} // namespace

std::span<const control_route> fleet_controls() {
  static constexpr control_route routes[] = {
      {"GET", "", overview},
      {"GET", "/fleet", get_fleet},
      {"PUT", "/fleet", put_fleet},
      {"POST", "/vms", post_vm},
      {"GET", "/vms/{}", get_vm},
      {"PATCH", "/vms/{}", patch_vm},
      {"DELETE", "/vms/{}", delete_vm},
      {"PATCH", "/services/{}", patch_service},
      {"DELETE", "/services/{}", delete_service},
      {"DELETE", "/services/{}/datacenters/{}", delete_datacenter},
      {"POST", "/tick", tick},
  };
  return routes;
}

} // namespace ovhl::sim
