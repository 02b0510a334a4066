#include "simulator/fleet_file.hpp"

#include "simulator/generate.hpp"
#include "simulator/types.hpp"
#include "simulator/vm_fields.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>

namespace ovhl::sim {

namespace {

namespace json = boost::json;

[[noreturn]] void mistake(const YAML::Node& at, std::string_view what) {
  throw std::runtime_error(fmt::format("fleet:{}: {}", at.Mark().line + 1, what));
}

// A plain scalar may be a boolean or a number; one in quotes is a string.
json::value scalar(const YAML::Node& node) {
  const auto& text = node.Scalar();
  if (node.Tag() == "!") return json::value(text);
  if (text == "true" || text == "false") return text == "true";
  if (const auto number = parse_long(text)) return *number;
  if (double number = 0; YAML::convert<double>::decode(node, number)) return number;
  return json::value(text);
}

json::value to_json(const YAML::Node& node) {
  if (node.IsScalar()) return scalar(node);
  if (node.IsSequence()) {
    json::array list;
    for (const auto& element : node)
      list.push_back(to_json(element));
    return list;
  }
  if (node.IsMap()) {
    json::object object;
    for (const auto& pair : node)
      object[pair.first.Scalar()] = to_json(pair.second);
    return object;
  }
  return nullptr;
}

template <class T>
T read(const YAML::Node& map, const char* key, T otherwise) {
  const auto node = map[key];
  if (!node) return otherwise;
  T value{};
  if (!node.IsScalar() || !YAML::convert<T>::decode(node, value))
    mistake(node, fmt::format("'{}' has a value of the wrong type", key));
  return value;
}

void only(const YAML::Node& map, std::initializer_list<std::string_view> keys) {
  if (!map.IsMap()) mistake(map, "a map is expected");
  for (const auto& pair : map)
    if (std::ranges::find(keys, pair.first.Scalar()) == keys.end())
      mistake(pair.first, fmt::format("unknown key '{}'", pair.first.Scalar()));
}

class reader {
 public:
  fleet read_fleet(const YAML::Node& root) {
    if (!root.IsMap()) mistake(root, "a map with `services` or `generate` is expected");
    only(root, {"services", "generate"});
    if (const auto wanted = root["generate"]) return generate(read_generate(wanted));
    if (!root["services"] || !root["services"].IsSequence())
      mistake(root, "`services` must be a list");
    std::int64_t service_id = 1001;
    for (const auto& node : root["services"]) {
      read_service(node, service_id);
      service_id += 100;
    }
    return std::move(fleet_);
  }

 private:
  static generated_fleet read_generate(const YAML::Node& node) {
    only(node, {"vms", "seed", "services", "datacenters", "drift_percent"});
    generated_fleet wanted;
    wanted.vms = read(node, "vms", wanted.vms);
    wanted.seed = read(node, "seed", wanted.seed);
    wanted.services = read(node, "services", wanted.services);
    wanted.datacenters = read(node, "datacenters", wanted.datacenters);
    wanted.drift_percent = read(node, "drift_percent", wanted.drift_percent);
    return wanted;
  }

  void read_service(const YAML::Node& node, std::int64_t service_id) {
    only(node,
         {"name", "serviceId", "description", "spla", "expired", "expiration", "datacenters"});
    service it;
    it.name = read(node, "name", std::string());
    if (it.name.empty()) mistake(node, "a service needs a `name`");
    if (fleet_.find(it.name)) mistake(node, fmt::format("service '{}' appears twice", it.name));
    it.service_id = read(node, "serviceId", service_id);
    it.description = read(node, "description", it.name);
    it.spla = read(node, "spla", true);
    it.expired = read(node, "expired", false);
    const auto expiration = parse_date(read(node, "expiration", date_text(it.expiration)));
    if (!expiration) mistake(node["expiration"], "`expiration` must be a date");
    it.expiration = *expiration;
    for (const auto& datacenter : node["datacenters"])
      read_datacenter(datacenter, it);
    fleet_.services.push_back(std::move(it));
  }

  void read_datacenter(const YAML::Node& node, service& owner) {
    only(node, {"id", "name", "vms"});
    datacenter it;
    it.id = read(node, "id", std::int64_t{0});
    if (it.id <= 0 || owner.find(it.id))
      mistake(node, "a datacenter needs a unique, positive `id`");
    it.name = read(node, "name", fmt::format("{}_datacenter{}", owner.name, it.id));
    auto& vms = it.editable();
    for (const auto& machine : node["vms"])
      read_vms(machine, vms);
    std::ranges::sort(vms, {}, &vm::id);
    owner.datacenters.push_back(std::move(it));
  }

  // Reads one VM, or `count` of them.
  void read_vms(const YAML::Node& node, vm_list& vms) {
    if (!node.IsMap()) mistake(node, "a map is expected");
    const auto count = read(node, "count", 1);
    const auto name = read(node, "name", std::string());
    for (int i = 1; i <= count; ++i) {
      vm machine;
      machine.id = node["vmId"] ? read(node, "vmId", std::int64_t{0}) + i - 1 : next_id();
      if (machine.id <= 0 || !ids_.insert(machine.id).second)
        mistake(node, fmt::format("vmId {} is not unique and positive", machine.id));
      machine.cluster = fleet_.texts->intern("Cluster1");
      machine.folder = fleet_.texts->intern("vm");
      read_fields(node, machine);
      if (count > 1) machine.name = fleet_.texts->keep(fmt::format("{}-{}", name, i));
      vms.push_back(std::move(machine));
    }
  }

  void read_fields(const YAML::Node& node, vm& machine) {
    for (const auto& pair : node) {
      const auto& key = pair.first.Scalar();
      if (key == "vmId" || key == "count") continue;
      if (!is_vm_field(key)) mistake(pair.first, fmt::format("unknown key '{}'", key));
      set_field(machine, key, to_json(pair.second), *fleet_.texts);
    }
    if (!node["reportedGuestOsFamily"]) machine.reported_guest_os = machine.guest_os;
  }

  std::int64_t next_id() const { return ids_.empty() ? 1001 : *ids_.rbegin() + 1; }

  fleet fleet_;
  std::set<std::int64_t> ids_;
};

json::object object_of(const service& it) {
  json::array datacenters;
  for (const auto& datacenter : it.datacenters) {
    json::array vms;
    for (const auto& machine : *datacenter.vms)
      vms.push_back(fields_of(machine));
    datacenters.push_back(
        json::object{{"id", datacenter.id}, {"name", datacenter.name}, {"vms", std::move(vms)}});
  }
  return {{"name", it.name},
          {"serviceId", it.service_id},
          {"description", it.description},
          {"spla", it.spla},
          {"expired", it.expired},
          {"expiration", date_text(it.expiration)},
          {"datacenters", std::move(datacenters)}};
}

} // namespace

fleet parse_fleet(std::string_view text) {
  try {
    return reader().read_fleet(YAML::Load(std::string(text)));
  } catch (const YAML::Exception& error) {
    throw std::runtime_error(fmt::format("fleet:{}: {}", error.mark.line + 1, error.msg));
  }
}

json::object fleet_object(const fleet& all) {
  json::array services;
  for (const auto& service : all.services)
    services.push_back(object_of(service));
  return {{"services", std::move(services)}};
}

} // namespace ovhl::sim
