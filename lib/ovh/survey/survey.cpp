#include "ovh/survey/survey.hpp"

#include "loop/all.hpp"
#include "ovh/api/dedicated_cloud.hpp"
#include "ovh/api/services.hpp"
#include "ovh/survey/datacenter_survey.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <tuple>

namespace ovhl::ovh {

namespace {

// One survey under way; outlives every coroutine it starts.
struct surveying {
  explicit surveying(survey_options o) : options(std::move(o)) {
    counted.report = options.on_progress;
  }

  survey_options options;
  tally counted;
  licensing::inventory found;

  awaitable<void> account(survey_target who);
  awaitable<void> service(client& api, std::string name);
  awaitable<void> datacenter(client& api, licensing::place where);
};

error canceled(const client& api) {
  error e;
  e.kind = failure::canceled;
  e.where = "account " + api.account();
  e.message = "canceled";
  return e;
}

// IAM silently leaves out what it does not allow, so an account that has lost its rights looks like
// one without services.
error sees_nothing(const client& api, const std::string& path, const char* what,
                   const char* action) {
  error e;
  e.kind = failure::refused;
  e.where = "account " + api.account() + ": GET " + path;
  e.message = std::string("these credentials see no ") + what;
  e.advice = std::string("allow ") + action + ", or exclude it in config.yaml";
  return e;
}

void drop_repeated(auto& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

awaitable<void> surveying::account(survey_target who) {
  client& api = *who.client;
  if (who.services.empty()) {
    auto listed = co_await list_services(api, options.deadline);
    if (!listed) {
      found.blind_spots.push_back({api.account(), "", listed.error()});
      co_return;
    }
    if (listed->empty()) {
      found.blind_spots.push_back(
          {api.account(), "",
           sees_nothing(api, "/dedicatedCloud", "Hosted Private Cloud", "pccVMware:apiovh:get")});
      co_return;
    }
    who.services = std::move(*listed);
  }
  drop_repeated(who.services);
  std::vector<awaitable<void>> services;
  services.reserve(who.services.size());
  for (const std::string& name : who.services)
    services.push_back(service(api, name));
  co_await loop::all(std::move(services));
}

awaitable<void> surveying::service(client& api, std::string name) {
  auto listed = co_await list_datacenters(api, name, options.deadline);
  if (!listed) {
    found.blind_spots.push_back({api.account(), name, listed.error()});
    co_return;
  }
  if (listed->empty()) {
    found.blind_spots.push_back({api.account(), name,
                                 sees_nothing(api, "/dedicatedCloud/" + name + "/datacenter",
                                              "datacenter", "pccVMware:apiovh:datacenter/get")});
    co_return;
  }
  drop_repeated(*listed);
  std::vector<awaitable<void>> datacenters;
  datacenters.reserve(listed->size());
  for (const std::int64_t id : *listed) {
    licensing::place where{api.account(), name, id};
    datacenters.push_back(datacenter(api, std::move(where)));
  }
  co_await loop::all(std::move(datacenters));
}

awaitable<void> surveying::datacenter(client& api, licensing::place where) {
  datacenter_survey one(api, std::move(where), options, counted);
  licensing::datacenter seen = co_await one.run();
  found.datacenters.push_back(std::move(seen));
}

} // namespace

awaitable<licensing::inventory> survey(std::vector<survey_target> targets, survey_options options) {
  surveying all(std::move(options));
  std::vector<awaitable<void>> accounts;
  accounts.reserve(targets.size());
  for (const survey_target& s : targets)
    accounts.push_back(all.account(s));
  try {
    co_await loop::all(std::move(accounts));
  } catch (const boost::system::system_error& e) {
    if (e.code() != boost::asio::error::operation_aborted) throw;
    for (const survey_target& s : targets)
      all.found.blind_spots.push_back({s.client->account(), "", canceled(*s.client)});
  }

  std::sort(all.found.datacenters.begin(), all.found.datacenters.end(),
            [](const auto& a, const auto& b) { return a.where < b.where; });
  std::sort(all.found.blind_spots.begin(), all.found.blind_spots.end(),
            [](const auto& a, const auto& b) {
              return std::tie(a.account, a.service) < std::tie(b.account, b.service);
            });
  co_return std::move(all.found);
}

} // namespace ovhl::ovh
