// /dedicatedCloud: the private clouds, their VMs and the licenses declared for them.
#include "simulator/listing.hpp"
#include "simulator/render.hpp"
#include "simulator/routes.hpp"
#include "simulator/types.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace ovhl::sim {

namespace {

namespace json = boost::json;

service& any_service_of(call& c) {
  auto* const found = c.w.fleet.find(c.text("serviceName"));
  if (!found) no_such("serviceName", c.text("serviceName"));
  return *found;
}

service& service_of(call& c) {
  auto& found = any_service_of(c);
  if (found.expired) throw refusal{460, "Client::ServiceExpired", "This service is expired"};
  return found;
}

datacenter& datacenter_of(call& c) {
  auto* const found = service_of(c).find(c.number("datacenterId"));
  if (!found) no_such("datacenterId", c.text("datacenterId"));
  return *found;
}

const vm& vm_of(call& c) {
  const auto* const found = datacenter_of(c).find(c.number("vmId"));
  if (!found) no_such("vmId", c.text("vmId"));
  return *found;
}

template <class T>
auto appending(const T& value) {
  return [&value](std::string& out, std::size_t i) { out += json::serialize(value(i)); };
}

// ---- reading ----

reply list_services(call& c) {
  const auto& all = c.w.fleet.services;
  const auto object = [&](std::size_t i) { return service_object(all[i]); };
  return listing(
      c, all.size(), [&](std::string& out, std::size_t i) { append_quoted(out, all[i].name); },
      appending(object));
}

reply get_service(call& c) { return json_reply(service_object(service_of(c))); }

// Also answers for an expired service, so that clients learn when it expired.
reply get_service_infos(call& c) { return json_reply(service_infos(any_service_of(c))); }

reply list_datacenters(call& c) {
  const auto& all = service_of(c).datacenters;
  const auto object = [&](std::size_t i) { return datacenter_object(all[i]); };
  return listing(
      c, all.size(), [&](std::string& out, std::size_t i) { out += std::to_string(all[i].id); },
      appending(object));
}

reply get_datacenter(call& c) { return json_reply(datacenter_object(datacenter_of(c))); }

reply list_vms(call& c) {
  auto& center = datacenter_of(c);
  const auto wanted = wanted_page(c);
  if (!wanted) {
    reply answer;
    append_list(answer.body, 0, center.vms->size(), [&](std::string& out, std::size_t i) {
      out += std::to_string((*center.vms)[i].id);
    });
    return answer;
  }
  if (!center.cached || c.asked.header("pragma") == "no-cache") center.cached = center.vms;
  const auto& vms = *center.cached;
  return page_of(*wanted, vms.size(),
                 [&](std::string& out, std::size_t i) { append_vm(out, vms[i]); });
}

reply get_vm(call& c) {
  const auto& machine = vm_of(c);
  c.w.conduct.read_vms.insert(machine.id);
  reply answer;
  answer.body.reserve(2048);
  append_vm(answer.body, machine);
  return answer;
}

reply list_licensed(call& c) {
  const auto& center = datacenter_of(c);
  const auto* const license = c.queried("kmsLicense");
  std::vector<const vm*> listed;
  for (const auto& machine : *center.vms)
    if (in_licensed_list(machine) && (!license || listed_license(machine) == *license))
      listed.push_back(&machine);
  reply answer;
  append_list(answer.body, 0, listed.size(),
              [&](std::string& out, std::size_t i) { append_licensed(out, *listed[i]); });
  return answer;
}

// ---- tasks ----

reply list_tasks_where(call& c, const auto& belongs) {
  const auto* const name = c.queried("name");
  const auto* const state = c.queried("state");
  const auto* const date = c.queried("executionDate");
  std::vector<const task*> matching;
  const auto consider = [&](const task& it) {
    const bool at =
        !date || parse_timestamp(*date) == std::chrono::floor<std::chrono::seconds>(it.created);
    if (belongs(it) && at && (!name || it.name == *name)) matching.push_back(&it);
  };
  if (state)
    for (const auto id : c.w.tasks.in_state(*state))
      consider(*c.w.tasks.find(id));
  else
    std::ranges::for_each(c.w.tasks.all(), consider);
  const auto object = [&](std::size_t i) { return task_object(*matching[i]); };
  return listing(
      c, matching.size(),
      [&](std::string& out, std::size_t i) { out += std::to_string(matching[i]->id); },
      appending(object));
}

reply list_service_tasks(call& c) {
  const auto& owner = service_of(c);
  return list_tasks_where(c, [&](const task& it) { return it.service == owner.name; });
}

reply list_datacenter_tasks(call& c) {
  const auto& center = datacenter_of(c);
  return list_tasks_where(c, [&](const task& it) { return it.datacenter_id == center.id; });
}

reply read_task(call& c, const auto& belongs) {
  auto* const found = c.w.tasks.find(c.number("taskId"));
  if (!found || !belongs(*found)) no_such("taskId", c.text("taskId"));
  auto answer = json_reply(task_object(*found));
  c.w.tasks.read(*found, c.w.fleet, c.w.now());
  return answer;
}

reply get_service_task(call& c) {
  const auto& owner = service_of(c);
  return read_task(c, [&](const task& it) { return it.service == owner.name; });
}

reply get_datacenter_task(call& c) {
  const auto& center = datacenter_of(c);
  return read_task(c, [&](const task& it) { return it.datacenter_id == center.id; });
}

// ---- changing licenses ----

reply change_license(call& c, std::string_view name, std::string license) {
  const auto& machine = vm_of(c);
  const auto change = fmt::format("{} of VM {}", name, machine.id);
  if (c.w.conduct.read_vms.erase(machine.id) == 0)
    c.w.object_to(change + ": the VM was not read by itself since it was last changed");
  if (const auto* running = c.w.tasks.running_on(machine.id)) {
    c.w.object_to(fmt::format("{}: task {} is still running", change, running->id));
    throw refusal{409, "Client::Conflict", "A task is already running on this virtual machine"};
  }
  if (machine.license == "OVHcloud managed") {
    c.w.object_to(change + ": OVHcloud manages it");
    throw refusal{400, "Client::BadRequest",
                  "The license of this virtual machine is managed by OVHcloud"};
  }
  if (machine.license == license) // a null license is as empty as the one to remove
    c.w.object_to(change + (license.empty() ? ": there is no license" : ": it is there already"));
  task begun;
  begun.name = name;
  begun.service = c.text("serviceName");
  begun.datacenter_id = c.number("datacenterId");
  begun.vm_id = machine.id;
  begun.license = std::move(license);
  begun.description = fmt::format("{} on virtual machine {}", name, machine.id);
  return json_reply(task_object(c.w.tasks.start(std::move(begun), c.w.fleet, c.w.now())));
}

reply set_license(call& c) {
  const std::string license(c.body.at("kmsLicense").as_string());
  const auto& machine = vm_of(c);
  if (!service_of(c).spla)
    throw refusal{400, "Client::BadRequest", "Windows licenses are not activated on this service"};
  if (!c.body.at("bypassGuestOsFamilyCheck").as_bool() && !fits(license, machine.guest_os))
    throw refusal{400, "Client::BadRequest",
                  fmt::format("License {} is not compatible with guest OS family {}", license,
                              machine.guest_os.data() ? machine.guest_os : "null")};
  return change_license(c, "setLicense", license);
}

reply remove_license(call& c) { return change_license(c, "removeLicense", {}); }

} // namespace

std::span<const route> dedicated_cloud_routes() {
  static const std::vector<parameter> task_filters{{"name", "string"},
                                                   {"state", "dedicatedCloud.TaskStateEnum"}};
  static const std::vector<parameter> service_task_filters{
      {"executionDate", "datetime"}, {"name", "string"}, {"state", "dedicatedCloud.TaskStateEnum"}};
  static const route routes[] = {
      {"GET", "/dedicatedCloud", "pccVMware:apiovh:get", list_services, {{"iamTags", "any"}}},
      {"GET", "/dedicatedCloud/{serviceName}", "pccVMware:apiovh:get", get_service},
      {"GET", "/dedicatedCloud/{serviceName}/serviceInfos", "pccVMware:apiovh:serviceInfos/get",
       get_service_infos},
      {"GET", "/dedicatedCloud/{serviceName}/task", "pccVMware:apiovh:task/get", list_service_tasks,
       service_task_filters},
      {"GET", "/dedicatedCloud/{serviceName}/task/{taskId}", "pccVMware:apiovh:task/get",
       get_service_task},
      {"GET", "/dedicatedCloud/{serviceName}/datacenter", "pccVMware:apiovh:datacenter/get",
       list_datacenters},
      {"GET", "/dedicatedCloud/{serviceName}/datacenter/{datacenterId}",
       "pccVMware:apiovh:datacenter/get", get_datacenter},
      {"GET", "/dedicatedCloud/{serviceName}/datacenter/{datacenterId}/task",
       "pccVMware:apiovh:datacenter/task/get", list_datacenter_tasks, task_filters},
      {"GET", "/dedicatedCloud/{serviceName}/datacenter/{datacenterId}/task/{taskId}",
       "pccVMware:apiovh:datacenter/task/get", get_datacenter_task},
      {"GET",
       "/dedicatedCloud/{serviceName}/datacenter/{datacenterId}/vmLicensed",
       "pccVMware:apiovh:datacenter/vmLicensed/get",
       list_licensed,
       {{"kmsLicense", "dedicatedCloud.spla.KmsLicenseIncludingLegacyEnum"}}},
      {"GET", "/dedicatedCloud/{serviceName}/datacenter/{datacenterId}/vm",
       "pccVMware:apiovh:datacenter/vm/get", list_vms},
      {"GET", "/dedicatedCloud/{serviceName}/datacenter/{datacenterId}/vm/{vmId}",
       "pccVMware:apiovh:datacenter/vm/get", get_vm},
      {"POST",
       "/dedicatedCloud/{serviceName}/datacenter/{datacenterId}/vm/{vmId}/setLicense",
       "pccVMware:apiovh:datacenter/vm/setLicense",
       set_license,
       {},
       {{"kmsLicense", "dedicatedCloud.spla.KmsLicenseEnum", true},
        {"bypassGuestOsFamilyCheck", "boolean", true}}},
      {"POST", "/dedicatedCloud/{serviceName}/datacenter/{datacenterId}/vm/{vmId}/removeLicense",
       "pccVMware:apiovh:datacenter/vm/removeLicense", remove_license},
  };
  return routes;
}

} // namespace ovhl::sim
