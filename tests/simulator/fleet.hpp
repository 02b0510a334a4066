// The fleet: services, datacenters and VMs. A VM holds the fields that the simulator uses. The
// others are derived from its id when it is rendered, unless `fields` has them.
#pragma once

#include "base/text_pool.hpp"
#include "base/timestamp.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::sim {

// Null if data() is null. The fleet's pool owns the text.
using pooled_text = std::string_view;

struct vm {
  std::int64_t id = 0;
  pooled_text name, guest_os, reported_guest_os, license, cluster, folder;
  pooled_text power_state = "poweredOn";
  std::int32_t cpus = 2;
  std::int32_t memory_mb = 4096;
  // Other fields that were set, by their names in the API. "vmLicensed": fields that differ there,
  // or false.
  std::shared_ptr<const boost::json::object> fields;
};

// Sorted by id. A datacenter and the cache of its pages share it until one of them changes.
using vm_list = std::vector<vm>;

struct datacenter {
  std::int64_t id = 0;
  std::string name;
  std::shared_ptr<const vm_list> vms = std::make_shared<vm_list>();
  std::shared_ptr<const vm_list>
      cached; // the VMs that pages show without Pragma: no-cache; null: none yet

  const vm* find(std::int64_t vm_id) const;
  vm_list& editable(); // copied first if the cache shares it
};

struct service {
  std::string name;
  std::int64_t service_id = 0; // in /service; its options have the ids after it
  std::string description;
  bool spla = true;
  bool expired = false;
  day expiration = std::chrono::year(2035) / 1 / 1;
  bool automatic = false;     // it renews itself
  boost::json::object fields; // other fields that were set
  std::vector<datacenter> datacenters;

  datacenter* find(std::int64_t datacenter_id);
};

struct vm_place {
  sim::service* service = nullptr;
  sim::datacenter* datacenter = nullptr;
  explicit operator bool() const { return datacenter != nullptr; }
};

struct fleet {
  std::vector<service> services;
  std::shared_ptr<text_pool> texts = std::make_shared<text_pool>();

  service* find(std::string_view name);
  vm_place place_of(std::int64_t vm_id); // ids are unique in a fleet
  std::int64_t next_vm_id() const;
  std::size_t size() const;

  bool change(std::int64_t vm_id, const std::function<void(vm&)>&); // false: there is no such VM
  void add(datacenter&, vm);
  bool remove(std::int64_t vm_id);
};

} // namespace ovhl::sim
