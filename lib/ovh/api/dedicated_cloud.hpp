// Datacenters, their VMs and licenses, and the two requests that change one:
// /dedicatedCloud/{service}/datacenter. How to add a call: asking.hpp.
#pragma once

#include "base/text_pool.hpp"
#include "licensing/inventory.hpp"
#include "ovh/api/asking.hpp"
#include "ovh/api/tasks.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::ovh {

awaitable<result<std::vector<std::int64_t>>> list_datacenters(client&, std::string service,
                                                              steady_point deadline);

// Skips a list of anything.
class any_list_reader final : public json_reader {
 public:
  any_list_reader() : json_reader(large_body) { read(list_); }

 private:
  json_place id_{json_type::integer};
  json_place object_{.type = json_type::object};
  json_place list_{.type = json_type::list, .elements = {&id_, &object_}};
};

// Tries to read each of a datacenter's lists, with one request each; returns the errors.
awaitable<std::vector<error>> try_lists(client&, licensing::place, steady_point deadline);

// ---- one VM ----

// The places of dedicatedCloud.Vm, for the two readers below.
class vm_places {
 public:
  json_place object{.type = json_type::object,
                    .fields = {{"vmId", &id_},
                               {"name", &name_},
                               {"guestOsFamily", &guest_},
                               {"license", &license_},
                               {"clusterName", &cluster_},
                               {"folderName", &folder_},
                               {"cpuNum", &cpus_},
                               {"powerState", &power_}}};
  licensing::vm vm_in(text_pool&) const; // the VM that was read, its texts in the pool

 private:
  json_place id_{json_type::integer};
  json_place name_ = maybe_damaged();
  json_place guest_ = maybe_damaged();
  json_place license_ = maybe_damaged();
  json_place cluster_ = maybe_damaged();
  json_place folder_ = maybe_damaged();
  json_place cpus_{json_type::integer, presence::optional};
  json_place power_ = maybe_damaged();
};

// A page of VMs, or plain ids from a server that does not support pages.
class vm_page_reader final : public json_reader {
 public:
  // Appends VMs to `to`.
  vm_page_reader(text_pool&, std::vector<licensing::vm>& to, std::function<void()> on_vm);

  // Call before each page, so that a retry drops only the VMs of this page.
  void next_page() { before_ = to_.size(); }
  std::size_t vms() const noexcept { return to_.size() - before_; } // of this page
  std::vector<std::int64_t> ids;

 private:
  void forget() override;
  text_pool& texts_;
  std::vector<licensing::vm>& to_;
  std::size_t before_;
  vm_places vm_;
  json_place id_{json_type::integer};
  json_place list_{.type = json_type::list, .elements = {&vm_.object, &id_}};
};

// One VM; an answer about another VM than `expected` is refused.
class vm_reader final : public json_reader {
 public:
  explicit vm_reader(text_pool&);
  std::int64_t expected = 0;
  licensing::vm vm;

 private:
  text_pool& texts_;
  vm_places places_;
};

struct single_vm { // its details, without vmLicensed
  text_pool texts;
  licensing::vm vm;
};
// error.http_status 404: there is no such VM.
awaitable<result<std::shared_ptr<const single_vm>>> get_vm(client&, licensing::place,
                                                           std::int64_t vm, steady_point deadline);

// ---- vmLicensed ----

// The kept part of one VM in vmLicensed.
struct licensed_vm {
  std::int64_t id = 0;
  std::string_view reported_guest_os_family;
  std::string_view license;
  bool listed_differently = false; // listed twice, with different contents

  void copy_to(licensing::vm&) const; // stores in the VM what the list says about it
};

// dedicatedCloud.virtualMachineLicensingSummary: [{vmId, guestOsFamily, license, …}, …]
class licensed_reader final : public json_reader {
 public:
  licensed_reader(text_pool&, std::vector<licensed_vm>& to);

 private:
  void forget() override { to_.clear(); }
  text_pool& texts_;
  std::vector<licensed_vm>& to_;
  json_place id_{json_type::integer};
  json_place guest_ = maybe_damaged();
  json_place license_ = maybe_damaged();
  json_place object_{
      .type = json_type::object,
      .fields = {{"vmId", &id_}, {"guestOsFamily", &guest_}, {"license", &license_}}};
  json_place list_{.type = json_type::list, .elements = {&object_}};
};

// The complete vmLicensed of a datacenter.
struct licensed_list {
  text_pool texts;
  std::vector<licensed_vm> vms; // by id

  void copy_to(licensing::vm&) const; // the same, if the VM is listed
};
awaitable<result<licensed_list>> list_licensed(client&, licensing::place, steady_point deadline);

// Sorts by id and removes duplicates.
void put_in_order(std::vector<licensed_vm>&);
void put_in_order(std::vector<licensing::vm>&);

// ---- corrections: each is sent once, and never again ----

struct task_begun {
  result<task_facts> task;
  std::string query_id;
  // What a failure means.
  // refused: the API itself refused (400, 401, 403, 404, 409, 460, in its own format); nothing was
  // changed.
  // lost: unknown. No answer, 5xx, 408, 429, the page of another server, or a 2xx that is no task
  // (then the request was received).
  // unsent: no byte was sent. No connection, no token, no turn in time, or canceled before.
  enum class doubt : std::uint8_t { none, refused, lost, unsent };
  doubt how = doubt::none;
};
// `last_word` is called after all waiting, right before the request is sent; an error stops it.
awaitable<task_begun> set_license(client&, licensing::place, std::int64_t vm, std::string license,
                                  bool bypass_guest_os_family_check, steady_point deadline,
                                  std::function<std::optional<error>()> last_word = {});
awaitable<task_begun> remove_license(client&, licensing::place, std::int64_t vm,
                                     steady_point deadline,
                                     std::function<std::optional<error>()> last_word = {});

} // namespace ovhl::ovh
