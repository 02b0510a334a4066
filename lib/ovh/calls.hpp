// The API's routes as typed calls. A new one: its path and answer here, its reader in calls.cpp,
// its fake in tests/simulator/routes.
#pragma once

#include "base/error.hpp"
#include "base/timestamp.hpp"
#include "loop/clock.hpp"
#include "ovh/client.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
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

// The day the service expires.
awaitable<result<day>> get_expiration(client&, std::string service, loop::steady_point deadline);

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

} // namespace ovhl::ovh
