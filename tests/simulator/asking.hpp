// For the simulator's own tests: correctly signed requests, without a socket.
#pragma once

#include "base/digest.hpp"
#include "simulator/control.hpp"
#include "simulator/world.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ovhl::sim {

using headers = std::vector<std::pair<std::string, std::string>>;

class asker {
 public:
  explicit asker(options wanted) : w(wanted), keys_(wanted.accepted) {
    w.origin = "https://localhost:1";
  }

  // A correct request, with `extra` headers.
  request signed_request(std::string method, std::string path, std::string body = {},
                         headers extra = {}) const {
    request asked{.method = std::move(method),
                  .target = "/1.0" + path,
                  .headers = {{"host", "localhost:1"}},
                  .body = std::move(body)};
    if (!asked.body.empty()) asked.headers.emplace_back("content-type", "application/json");
    sign(asked, w.second().time_since_epoch().count());
    asked.headers.insert(asked.headers.end(), extra.begin(), extra.end());
    return asked;
  }

  void sign(request& asked, std::int64_t time) const {
    const auto stamp = std::to_string(time);
    const auto url = "https://localhost:1" + asked.target;
    const auto sum = sha1({keys_.application_secret, "+", keys_.consumer_key, "+", asked.method,
                           "+", url, "+", asked.body, "+", stamp});
    asked.headers.insert(asked.headers.end(), {{"x-ovh-application", keys_.application_key},
                                               {"x-ovh-consumer", keys_.consumer_key},
                                               {"x-ovh-timestamp", stamp},
                                               {"x-ovh-signature", "$1$" + sum}});
  }

  reply ask(const request& asked) { return respond(w, asked).reply; }
  reply get(std::string path, headers extra = {}) {
    return ask(signed_request("GET", std::move(path), {}, std::move(extra)));
  }
  reply post(std::string path, std::string body = {}) {
    return ask(signed_request("POST", std::move(path), std::move(body)));
  }
  reply get_with_token(std::string_view token, std::string path) {
    return ask(
        {.method = "GET",
         .target = "/1.0" + path,
         .headers = {{"host", "localhost:1"}, {"authorization", fmt::format("Bearer {}", token)}}});
  }
  boost::json::value json(std::string path, headers extra = {}) {
    return boost::json::parse(get(std::move(path), std::move(extra)).body);
  }
  reply control(std::string_view method, std::string_view path, std::string_view body = {}) {
    return sim::control(w, method, path, body);
  }

  world w;

 private:
  accepted_credentials keys_;
};

// "403 {...}", so that one comparison checks both.
inline std::string words(const reply& answer) {
  return fmt::format("{} {}", answer.status, answer.body);
}

inline const std::string small_fleet = R"(
services:
  - name: pcc-1
    datacenters:
      - id: 12
        vms:
          - {vmId: 1, name: web, guestOsFamily: windows2019srv_64Guest, license: windows 2019 Standard}
          - {vmId: 2, name: app, guestOsFamily: windows2019srvNext_64Guest}
          - {vmId: 3, name: proxy, guestOsFamily: debian11_64Guest}
          - {vmId: 4, name: hcx, guestOsFamily: windows9Server64Guest, license: OVHcloud managed}
  - name: pcc-2
    expired: true
)";

} // namespace ovhl::sim
