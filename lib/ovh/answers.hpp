// What is needed from each answer of the API: its shape, and the values taken from it. A new one:
// describe its places, take them in `arrived`.
#pragma once

#include "base/timestamp.hpp"
#include "json/json_reader.hpp"
#include "licensing/inventory.hpp"
#include "ovh/calls.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::ovh {

// A text that may come damaged without spoiling the answer: licensing::intact() tells.
inline json_place maybe_damaged(presence need = presence::optional) {
  return {.type = json_type::text, .need = need, .damaged_too = true};
}

// ["pcc-192-0-2-1", …]
class texts_reader final : public json_reader {
 public:
  texts_reader();
  std::vector<std::string> values;

 private:
  void forget() override { values.clear(); }
  json_place text_{json_type::text};
  json_place list_{.type = json_type::list, .elements = {&text_}};
};

// [1074, …]
class ids_reader final : public json_reader {
 public:
  explicit ids_reader(std::size_t largest_body = large_body);
  std::vector<std::int64_t> values;

 private:
  void forget() override { values.clear(); }
  json_place id_{json_type::integer};
  json_place list_{.type = json_type::list, .elements = {&id_}};
};

// dedicatedCloud.dedicatedCloudWithIAM
class service_reader final : public json_reader {
 public:
  service_reader() { read(object_); }
  service_facts facts() const { return {.spla = spla_.boolean}; }

 private:
  json_place spla_{json_type::boolean};
  json_place object_{.type = json_type::object, .fields = {{"spla", &spla_}}};
};

// services.Service
class term_reader final : public json_reader {
 public:
  term_reader();
  service_term term() const {
    const bool renewed = automatic_.boolean && !deleted_.boolean;
    return {.end = end_, .automatic = renewed};
  }

 private:
  day end_{};
  json_place date_{json_type::text};
  json_place automatic_{json_type::boolean, presence::optional},
      deleted_{json_type::boolean, presence::optional};
  json_place renew_{.type = json_type::object,
                    .need = presence::optional,
                    .fields = {{"automatic", &automatic_}, {"deleteAtExpiration", &deleted_}}};
  json_place object_{.type = json_type::object,
                     .fields = {{"expiration", &date_}, {"renew", &renew_}}};
};

// auth.ApiCredential
class credential_reader final : public json_reader {
 public:
  credential_reader();
  credential_facts facts;

 private:
  void forget() override { facts = {}; }
  json_place status_{json_type::text};
  json_place expiration_{json_type::text, presence::optional};
  json_place method_{json_type::text}, path_{json_type::text};
  json_place rule_{.type = json_type::object, .fields = {{"method", &method_}, {"path", &path_}}};
  json_place rules_{.type = json_type::list, .elements = {&rule_}};
  json_place object_{
      .type = json_type::object,
      .fields = {{"status", &status_}, {"expiration", &expiration_}, {"rules", &rules_}}};
};

// auth.ApiCredentialRequest
class credential_asked_reader final : public json_reader {
 public:
  credential_asked_reader();
  ~credential_asked_reader() override;
  secret consumer_key() const { return secret(key_.text); }
  const std::string& validation_url() const noexcept { return url_.text; }

 private:
  json_place key_{json_type::text}, url_{json_type::text};
  json_place object_{.type = json_type::object,
                     .fields = {{"consumerKey", &key_}, {"validationUrl", &url_}}};
};

// A list of whatever, which is passed over.
class any_list_reader final : public json_reader {
 public:
  any_list_reader() : json_reader(large_body) { read(list_); }

 private:
  json_place id_{json_type::integer};
  json_place object_{.type = json_type::object};
  json_place list_{.type = json_type::list, .elements = {&id_, &object_}};
};

// dedicatedCloud.Task
class task_reader final : public json_reader {
 public:
  task_reader();
  std::optional<std::int64_t> expected; // no other than was asked for
  task_facts facts;

 private:
  void forget() override { facts = {}; }
  json_place id_{json_type::integer};
  json_place name_ = maybe_damaged(presence::required), state_ = maybe_damaged(presence::required);
  json_place description_ = maybe_damaged();
  json_place object_{
      .type = json_type::object,
      .fields = {
          {"taskId", &id_}, {"name", &name_}, {"state", &state_}, {"description", &description_}}};
};

// By id, each once, whatever the order was.
void put_in_order(std::vector<licensed_vm>&);
void put_in_order(std::vector<licensing::vm>&);

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
  licensing::vm taken(text_pool&) const;

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

// A page of VMs; or plain ids, from a server that does not know pages.
class vm_page_reader final : public json_reader {
 public:
  // VMs are added to `to`, after those that were there when the page began.
  vm_page_reader(text_pool&, std::vector<licensing::vm>& to, std::function<void()> on_vm);

  // Before each page; a retry of it drops what its last try brought.
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

// One VM, and no other than was asked for.
class vm_reader final : public json_reader {
 public:
  explicit vm_reader(text_pool&);
  std::int64_t expected = 0;
  licensing::vm vm;

 private:
  text_pool& texts_;
  vm_places places_;
};

} // namespace ovhl::ovh
