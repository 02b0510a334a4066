// The API's routes as typed calls. A new one: its path and answer here, its reader in calls.cpp,
// its fake in tests/simulator/routes.
#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"
#include "base/timestamp.hpp"
#include "licensing/inventory.hpp"
#include "licensing/task_state.hpp"
#include "loop/clock.hpp"
#include "ovh/client.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::ovh {

using boost::asio::awaitable;

awaitable<result<std::vector<std::string>>> list_services(client&, loop::steady_point deadline);
awaitable<result<std::vector<std::int64_t>>> list_datacenters(client&, std::string service,
                                                              loop::steady_point deadline);

struct service_facts {
  bool spla = false; // Windows licenses are activated
};
awaitable<result<service_facts>> get_service(client&, std::string service,
                                             loop::steady_point deadline);

struct service_term {
  day end{};              // the day the service expires
  bool automatic = false; // and is renewed by itself
};
awaitable<result<service_term>> get_term(client&, std::string service, loop::steady_point deadline);

struct access_rule {
  std::string method; // "GET"
  std::string path;   // "/dedicatedCloud/*"
};
struct credential_facts {
  std::string status; // "validated"
  std::optional<instant> expiration;
  std::vector<access_rule> rules;
};
// Only for application credentials: OAuth2 ones have no such thing.
awaitable<result<credential_facts>> get_current_credential(client&, loop::steady_point deadline);

struct credential_asked {
  secret consumer_key;
  std::string validation_url; // where a person confirms it; of no use to others once that is done
};
// Asks, once, for a consumer key with these access rules. It is not signed: the application's key
// is all it takes, and the key that comes is good for nothing until a person has confirmed it.
awaitable<result<credential_asked>> ask_for_credential(client&, std::string application_key,
                                                       std::vector<access_rule>,
                                                       loop::steady_point deadline);

// Whether these lists can be had, all of them, at the cost of a request each; what cannot.
awaitable<std::vector<error>> try_lists(client&, licensing::place, loop::steady_point deadline);

// ---- one VM ----

struct single_vm { // its details; what vmLicensed says of it is not in them
  text_pool texts;
  licensing::vm vm;
};
// error.http_status 404: it is not there.
awaitable<result<std::shared_ptr<const single_vm>>>
get_vm(client&, licensing::place, std::int64_t vm, loop::steady_point deadline);

// One VM in vmLicensed, as much as is kept of it.
struct licensed_vm {
  std::int64_t id = 0;
  std::string_view reported_guest_os_family;
  std::string_view license;
  bool differently = false; // it stands there twice, with different contents

  void tell_of(licensing::vm&) const; // what the list says of it
};
// vmLicensed of a datacenter, whole.
struct licensed_list {
  text_pool texts;
  std::vector<licensed_vm> vms; // by id

  void tell_of(licensing::vm&) const; // whether the VM is listed, and as what
};
awaitable<result<licensed_list>> list_licensed(client&, licensing::place,
                                               loop::steady_point deadline);

struct task_facts {
  std::int64_t id = 0;
  std::string name;
  licensing::task_state state;
  std::string description; // empty: null

  // Whether it may be at work on this VM. The API does not say which VM a task is about; its
  // description may name it, by id or name. In doubt (it is about licenses and names none): yes.
  // The years in a license's name are not taken for ids; a damaged text leaves doubt.
  bool concerns(std::int64_t vm, std::string_view vm_name) const;
  bool about_licenses() const;
};
awaitable<result<std::vector<std::int64_t>>>
list_tasks(client&, std::string service, std::string_view state, loop::steady_point deadline);
awaitable<result<task_facts>> get_task(client&, std::string service, std::int64_t task,
                                       loop::steady_point deadline);

// ---- corrections: each sent once, never again ----

struct task_begun {
  result<task_facts> task;
  std::string query_id;
  // What a failure means:
  //   refused  the API itself said no (400, 401, 403, 404, 409, 460, in its own words): nothing was
  //            changed
  //   lost     no telling: no answer, 5xx, 408, 429, a page that is not the API's, or a 2xx that is
  //            no task (that one was received)
  //   unsent   not a byte of it left: no connection, no token, no turn in time, or canceled before
  enum class doubt : std::uint8_t { none, refused, lost, unsent };
  doubt how = doubt::none;
};
// `last_word` is asked right before it is sent, after all waiting: why it must not go any more.
awaitable<task_begun> set_license(client&, licensing::place, std::int64_t vm, std::string license,
                                  bool bypass_guest_os_family_check, loop::steady_point deadline,
                                  std::function<std::optional<error>()> last_word = {});
awaitable<task_begun> remove_license(client&, licensing::place, std::int64_t vm,
                                     loop::steady_point deadline,
                                     std::function<std::optional<error>()> last_word = {});

} // namespace ovhl::ovh
