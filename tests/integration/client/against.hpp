// A client against the simulator inside one test: real TLS on loopback, and a clock that does not
// wait.
#pragma once

#include "base/error.hpp"
#include "loop/clock.hpp"
#include "ovh/api/auth.hpp"
#include "ovh/api/dedicated_cloud.hpp"
#include "ovh/api/services.hpp"
#include "ovh/api/tasks.hpp"
#include "ovh/client/client.hpp"
#include "ovh/survey/survey.hpp"
#include "simulator/simulator.hpp"
#include "support/printing.hpp"
#include "support/waited_for.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ovhl::test {

// Three VMs: one in order, one that carries a license it should not, one of which nothing is known.
inline constexpr const char* small_fleet = R"(
services:
  - name: pcc-1
    spla: true
    expiration: 2027-03-01
    datacenters:
      - id: 12
        vms:
          - {vmId: 1074, name: web-1, guestOsFamily: windows2019srv_64Guest, license: windows 2019 Standard, clusterName: Cluster1, folderName: apps, cpuNum: 4}
          - {vmId: 1075, name: db-1, guestOsFamily: debian11_64Guest, reportedGuestOsFamily: windows2019srv_64Guest, powerState: poweredOff}
          - {vmId: 1076, name: odd-1, guestOsFamily: ~, license: ~, clusterName: ~, folderName: ~, cpuNum: ~}
)";

inline instant real_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

class against {
 public:
  explicit against(sim::options o = small()) : api(std::move(o)) {}

  static sim::options small() { return {.fleet = small_fleet}; }

  sim::simulator api;
  boost::asio::io_context context;
  loop::instant_clock clock{real_now()};

  loop::steady_point in(std::chrono::seconds s) const { return clock.now() + s; }
  loop::steady_point deadline() const { return in(std::chrono::minutes(4)); }

  ovh::client_options options(std::string_view kind = "application") const {
    ovh::client_options o;
    o.account = "main";
    o.endpoint = *ovh::find_endpoint(api.endpoint(), api.token_url());
    const sim::accepted_credentials& a = api.accepted();
    if (kind == "application")
      o.credentials = ovh::application_credentials{a.application_key, secret(a.application_secret),
                                                   secret(a.consumer_key)};
    else if (kind == "oauth2")
      o.credentials = ovh::oauth2_credentials{a.client_id, secret(a.client_secret)};
    else
      o.credentials = ovh::token_credentials{secret(a.access_token)};
    if (!api.ca_file().empty()) o.ca_file = api.ca_file();
    o.requests_per_minute = 0;
    o.seed = 1;
    return o;
  }

  // Runs it to its end and gives what it gave.
  template <class T>
  T run(boost::asio::awaitable<T> task) {
    return waited_for(context, std::move(task));
  }

  licensing::inventory survey(ovh::client& c, ovh::listing how = ovh::listing::automatic,
                              std::vector<std::string> services = {}, int page_size = 5000) {
    ovh::survey_options o;
    o.listing = how;
    o.page_size = page_size;
    o.deadline = deadline();
    std::vector<ovh::survey_target> targets;
    targets.push_back({&c, std::move(services)});
    return run(ovh::survey(std::move(targets), std::move(o)));
  }

  // What was asked and how it was answered: "GET /dedicatedCloud 200".
  std::vector<std::string> asked() {
    std::vector<std::string> out;
    for (const sim::logged_request& r : api.requests())
      out.push_back(fmt::format("{} {} {}", r.method, r.path, r.status));
    return out;
  }

  // How many were needed for what was asked.
  std::size_t connections() {
    std::set<std::uint64_t> all;
    for (const sim::logged_request& r : api.requests())
      all.insert(r.connection);
    return all.size();
  }
};

// The one datacenter of an inventory that has no blind spots.
inline const licensing::datacenter& only(const licensing::inventory& seen) {
  for (const licensing::blind_spot& b : seen.blind_spots)
    FAIL(words(b.problem));
  REQUIRE(seen.datacenters.size() == 1);
  return seen.datacenters.front();
}

// What the inventory complains of, whole.
inline std::vector<std::string> problems(const licensing::inventory& seen) {
  std::vector<std::string> out;
  out.reserve(seen.blind_spots.size() + seen.datacenters.size());
  for (const licensing::blind_spot& b : seen.blind_spots)
    out.push_back(words(b.problem));
  for (const licensing::datacenter& d : seen.datacenters)
    if (d.problem) out.push_back(words(*d.problem));
  return out;
}

using lines = std::vector<std::string>;

} // namespace ovhl::test
