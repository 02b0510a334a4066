#include "simulator/vm_fields.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace ovhl::sim {

namespace {

namespace json = boost::json;

// A member of vm. All other fields are in `fields`.
struct text_field {
  std::string_view name;
  pooled_text vm::* member;
  bool nullable = true;
};

constexpr text_field text_fields[] = {
    {"name", &vm::name},
    {"guestOsFamily", &vm::guest_os},
    {"reportedGuestOsFamily", &vm::reported_guest_os},
    {"license", &vm::license},
    {"clusterName", &vm::cluster},
    {"folderName", &vm::folder},
    {"powerState", &vm::power_state, false},
};

constexpr std::pair<std::string_view, std::int32_t vm::*> number_fields[] = {
    {"cpuNum", &vm::cpus},
    {"memoryMax", &vm::memory_mb},
};

constexpr std::string_view other_fields[] = {
    "backup",          "cdroms",         "cpuMax",      "cpuReady",
    "cpuReadyPercent", "cpuUsed",        "filers",      "hostName",
    "memoryTps",       "memoryUsed",     "moRef",       "netPacketRx",
    "netPacketTx",     "netRx",          "netTx",       "networks",
    "readLatency",     "readPerSecond",  "readRate",    "roleFt",
    "snapshotNum",     "stateFt",        "vmwareTools", "vmwareToolsVersion",
    "writeLatency",    "writePerSecond", "writeRate",   "vmId",
    "vmLicensed",
};

const text_field* find_text_field(std::string_view name) {
  const auto* found = std::ranges::find(text_fields, name, &text_field::name);
  return found == std::end(text_fields) ? nullptr : found;
}

std::int32_t vm::* find_number_field(std::string_view name) {
  for (const auto& [field, member] : number_fields)
    if (field == name) return member;
  return nullptr;
}

// Whether the value could be stored in a member of vm.
bool set_own(vm& machine, std::string_view name, const json::value& value, text_pool& texts) {
  if (const auto* field = find_text_field(name)) {
    if (value.is_null() && field->nullable) {
      machine.*field->member = {};
      return true;
    }
    if (!value.is_string()) return false;
    const std::string_view written = value.get_string();
    machine.*field->member = name == "name" ? texts.keep(written) : texts.intern(written);
    return true;
  }
  if (const auto member = find_number_field(name)) {
    if (!value.is_int64() || !std::in_range<std::int32_t>(value.get_int64())) return false;
    machine.*member = static_cast<std::int32_t>(value.get_int64());
    return true;
  }
  return false;
}

} // namespace

bool is_vm_field(std::string_view name) {
  return find_text_field(name) || find_number_field(name) ||
         std::ranges::find(other_fields, name) != std::end(other_fields);
}

void set_field(vm& machine, std::string_view name, const json::value& value, text_pool& texts) {
  if (!is_vm_field(name)) throw std::runtime_error("a VM has no field '" + std::string(name) + "'");
  const bool own = set_own(machine, name, value, texts);
  if (own && !machine.fields) return;
  auto fields = machine.fields ? *machine.fields : json::object();
  if (own)
    fields.erase(name);
  else
    fields[name] = value;
  machine.fields =
      fields.empty() ? nullptr : std::make_shared<const json::object>(std::move(fields));
}

json::object fields_of(const vm& machine) {
  json::object all{{"vmId", machine.id}};
  for (const auto& field : text_fields) {
    const auto value = machine.*field.member;
    all[field.name] = value.data() ? json::value(value) : json::value();
  }
  for (const auto& [name, member] : number_fields)
    all[name] = machine.*member;
  if (machine.fields)
    for (const auto& [name, value] : *machine.fields)
      all[name] = value;
  return all;
}

} // namespace ovhl::sim
