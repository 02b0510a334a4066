// The fleet: services, datacenters and VMs. A VM keeps only what the simulator reasons about; its
// other fields are made up from its id when it is rendered, or stand in `fields` where somebody set
// them.
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

// Null where data() is null; lives in the fleet's pool.
using pooled_text = std::string_view;

struct vm {
  std::int64_t id = 0;
  pooled_text name, guest_os, reported_guest_os, license, cluster, folder;
  pooled_text power_state = "poweredOn";
  std::int32_t cpus = 2;
  std::int32_t memory_mb = 4096;
  // Set by hand, by the API's field names; "vmLicensed" holds what differs there, or false.
  std::shared_ptr<const boost::json::object> fields;
};

// By id. Shared between a datacenter and the cache of its pages, and copied when one of the two
// must change.
using vm_list = std::vector<vm>;

struct datacenter {
  std::int64_t id = 0;
  std::string name;
  std::shared_ptr<const vm_list> vms = std::make_shared<vm_list>();
  std::shared_ptr<const vm_list>
      cached; // what pages show without Pragma: no-cache; null: nothing yet

  const vm* find(std::int64_t vm_id) const;
  vm_list& editable(); // a copy of its own if the cache still holds the list
};

struct service {
  std::string name;
  std::int64_t service_id = 0; // of /service; the options follow it
  std::string description;
  bool spla = true;
  bool expired = false;
  day expiration = std::chrono::year(2035) / 1 / 1;
  bool automatic = false;     // its renewal
  boost::json::object fields; // set by hand
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
