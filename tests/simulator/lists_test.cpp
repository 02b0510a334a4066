// Lists, pages, fleets, and how the control interface changes them.
#include "simulator/asking.hpp"
#include "simulator/fleet_file.hpp"
#include "simulator/render.hpp"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <set>

namespace ovhl::sim {
namespace {

const std::string vms = "/dedicatedCloud/pcc-1/datacenter/12/vm";

headers pages(int size, int number, bool fresh = true) {
  headers wanted{{"x-pagination-mode", "CachedObjectList-Pages"},
                 {"x-pagination-size", std::to_string(size)},
                 {"x-pagination-number", std::to_string(number)}};
  if (fresh) wanted.emplace_back("pragma", "no-cache");
  return wanted;
}

std::vector<std::int64_t> ids(const boost::json::value& list) {
  std::vector<std::int64_t> all;
  for (const auto& element : list.as_array())
    all.push_back(element.is_int64() ? element.get_int64() : element.at("vmId").as_int64());
  return all;
}

TEST_CASE("a list has plain ids, or pages of objects with their total") {
  asker api({.fleet = small_fleet});
  CHECK(words(api.get(vms)) == "200 [1,2,3,4]");
  const auto second = api.get(vms, pages(3, 2));
  CHECK(ids(boost::json::parse(second.body)) == std::vector<std::int64_t>{4});
  CHECK(second.headers.at("X-Pagination-Elements") == "4");
  CHECK(words(api.get(vms, pages(3, 3))) == "200 []");
  const headers paged{{"x-pagination-mode", "CachedObjectList-Pages"}};
  CHECK(api.json("/dedicatedCloud/pcc-1/datacenter", paged).at(0).at("datacenterId") == 12);
  CHECK(api.json("/dedicatedCloud", paged).at(0).at("serviceName") == "pcc-1");
}

TEST_CASE("a page is no longer than the cap, and by default it has a thousand objects") {
  asker capped({.fleet = small_fleet, .behaviour = {.page_cap = 2}});
  CHECK(ids(capped.json(vms, pages(5000, 1))) == std::vector<std::int64_t>{1, 2});
  asker large({.generate = {.vms = 1500}});
  const auto answer = large.get("/dedicatedCloud/pcc-192-0-2-1/datacenter/11/vm",
                                {{"x-pagination-mode", "CachedObjectList-Pages"}});
  CHECK(boost::json::parse(answer.body).as_array().size() == 1000);
  CHECK(answer.headers.at("X-Pagination-Elements") == "1500");
}

TEST_CASE("if pages are not honoured, lists are plain ids") {
  asker api({.fleet = small_fleet, .behaviour = {.honour_pages = false}});
  CHECK(words(api.get(vms, pages(2, 1))) == "200 [1,2,3,4]");
}

TEST_CASE("page headers that make no sense are refused") {
  asker api({.fleet = small_fleet});
  for (const headers& wrong : {pages(0, 1), pages(5, 0), headers{{"x-pagination-mode", "Pages"}}})
    CHECK(api.get(vms, wrong).status == 400);
}

TEST_CASE("pages come from a cache until a request refreshes it") {
  asker api({.fleet = small_fleet});
  api.get(vms, pages(5, 1));
  CHECK(api.control("DELETE", "/control/vms/1").status == 200);
  CHECK(ids(api.json(vms, pages(5, 1, false))) == std::vector<std::int64_t>{1, 2, 3, 4});
  CHECK(words(api.get(vms)) == "200 [2,3,4]");
  CHECK(ids(api.json(vms, pages(5, 1, true))) == std::vector<std::int64_t>{2, 3, 4});
  CHECK(ids(api.json(vms, pages(5, 1, false))) == std::vector<std::int64_t>{2, 3, 4});
}

TEST_CASE("vmLicensed lists VMs that have a license or report Windows") {
  asker api({.fleet = small_fleet});
  CHECK(
      words(api.get("/dedicatedCloud/pcc-1/datacenter/12/vmLicensed")) ==
      R"(200 [{"guestOsFamily":"windows2019srv_64Guest","license":"windows 2019 Standard","moRef":"vm-1","name":"web","vmId":1},)"
      R"({"guestOsFamily":"windows2019srvNext_64Guest","license":"unlicensed windows guestos","moRef":"vm-2","name":"app","vmId":2},)"
      R"({"guestOsFamily":"windows9Server64Guest","license":"OVHcloud managed","moRef":"vm-4","name":"hcx","vmId":4}])");
  CHECK(
      ids(api.json("/dedicatedCloud/pcc-1/datacenter/12/vmLicensed?kmsLicense=OVHcloud+managed")) ==
      std::vector<std::int64_t>{4});
}

TEST_CASE("a VM has every field of the API's description, and the size of a real one") {
  const std::set<std::string_view> described{"backup",
                                             "cdroms",
                                             "clusterName",
                                             "cpuMax",
                                             "cpuNum",
                                             "cpuReady",
                                             "cpuReadyPercent",
                                             "cpuUsed",
                                             "filers",
                                             "folderName",
                                             "guestOsFamily",
                                             "hostName",
                                             "license",
                                             "memoryMax",
                                             "memoryTps",
                                             "memoryUsed",
                                             "moRef",
                                             "name",
                                             "netPacketRx",
                                             "netPacketTx",
                                             "netRx",
                                             "netTx",
                                             "networks",
                                             "powerState",
                                             "readLatency",
                                             "readPerSecond",
                                             "readRate",
                                             "roleFt",
                                             "snapshotNum",
                                             "stateFt",
                                             "vmId",
                                             "vmwareTools",
                                             "vmwareToolsVersion",
                                             "writeLatency",
                                             "writePerSecond",
                                             "writeRate"};
  asker api({.generate = {.vms = 300}});
  std::size_t size = 0;
  for (const auto& machine : *api.w.fleet.services[0].datacenters[0].vms) {
    std::string text;
    append_vm(text, machine);
    size += text.size();
    const auto object = boost::json::parse(text).as_object();
    std::set<std::string_view> fields;
    for (const auto& [name, value] : object)
      fields.insert(name);
    CHECK(fields == described);
  }
  CHECK(size / 300 >= 1350);
  CHECK(size / 300 <= 1500);
}

TEST_CASE("the same seed gives the same fleet and changes, another seed gives others") {
  const auto changed = [](std::uint64_t seed) {
    asker api({.generate = {.vms = 200, .seed = seed, .services = 2, .datacenters = 3}});
    const auto before = boost::json::serialize(fleet_object(api.w.fleet));
    return before + api.control("POST", "/control/tick", R"({"steps":100})").body;
  };
  CHECK(changed(7) == changed(7));
  CHECK(changed(7) != changed(8));
}

TEST_CASE("generated VMs are spread over all datacenters") {
  asker api({.generate = {.vms = 100, .services = 2, .datacenters = 3}});
  CHECK(api.w.fleet.size() == 100);
  for (const auto& service : api.w.fleet.services)
    for (const auto& center : service.datacenters)
      CHECK(center.vms->size() >= 16);
}

TEST_CASE("a fleet that is written and read again is the same") {
  const auto first = boost::json::serialize(fleet_object(parse_fleet(small_fleet)));
  CHECK(boost::json::serialize(fleet_object(parse_fleet(first))) == first);
}

struct wrong_fleet {
  std::string text, message;
};

TEST_CASE("a mistake in a fleet file is reported with its line") {
  const wrong_fleet cases[] = {
      {"servers: []", "fleet:1: unknown key 'servers'"},
      {"services:\n  - {nam: x}", "fleet:2: unknown key 'nam'"},
      {"services:\n  - {name: x}\n  - {name: x}", "fleet:3: service 'x' appears twice"},
      {"services:\n  - {name: x, expiration: soon}", "fleet:2: `expiration` must be a date"},
      {"services:\n  - name: x\n    datacenters: [{id: 1, vms: [{vmId: 1}, {vmId: 1}]}]",
       "fleet:3: vmId 1 is not unique and positive"},
      {"services:\n  - name: x\n    datacenters: [{id: 1, vms: [{licence: none}]}]",
       "fleet:3: unknown key 'licence'"},
      {"generate: {vms: many}", "fleet:1: 'vms' has a value of the wrong type"},
  };
  for (const auto& it : cases) {
    CAPTURE(it.text);
    CHECK_THROWS_WITH(parse_fleet(it.text), it.message.c_str());
  }
}

TEST_CASE(
    "the control interface changes any field of a VM, even to values that the API never sends") {
  asker api({.fleet = small_fleet});
  api.control(
      "PATCH", "/control/vms/2",
      R"({"name":null,"license":"windows 2022 Standard","networks":[],"cpuNum":"many","vmLicensed":{"license":"OVHcloud managed"}})");
  const auto vm = api.json(vms + "/2");
  CHECK(vm.at("name").is_null());
  CHECK(vm.at("license") == "windows 2022 Standard");
  CHECK(vm.at("networks").as_array().empty());
  CHECK(vm.at("cpuNum") == "many");
  CHECK(api.json("/dedicatedCloud/pcc-1/datacenter/12/vmLicensed").at(1).at("license") ==
        "OVHcloud managed");
  CHECK(words(api.control("PATCH", "/control/vms/2", R"({"licence":null})")) ==
        R"(400 {"class":"Client::BadRequest","message":"a VM has no field 'licence'"})");
}

TEST_CASE("the control interface adds and removes VMs") {
  asker api({.fleet = small_fleet});
  CHECK(words(api.control("POST", "/control/vms",
                          R"({"service":"pcc-1","datacenter":12,"name":"new"})")) ==
        R"(200 {"vmId":1001})");
  CHECK(words(api.get(vms)) == "200 [1,2,3,4,1001]");
  CHECK(words(api.control("DELETE", "/control/vms/77")) ==
        R"(400 {"class":"Client::BadRequest","message":"there is no VM '77'"})");
  CHECK(
      words(api.control("GET", "/control/nothing")) ==
      R"(404 {"class":"Client::NotFound","message":"the control interface has no GET /control/nothing"})");
}

TEST_CASE("requests beyond the budget are answered with 429 and the time to wait") {
  asker api({.fleet = small_fleet, .requests_per_minute = 2});
  api.get(vms);
  api.get(vms);
  const auto refused = api.get(vms);
  CHECK(refused.status == 429);
  CHECK(refused.headers.at("Retry-After") == "30");
  api.w.behaviour.clock_offset = std::chrono::seconds(31);
  CHECK(api.get(vms).status == 200);
}

TEST_CASE("the log has all requests and no secrets") {
  asker api({.fleet = small_fleet});
  api.get(vms, pages(5, 1));
  const auto log = api.control("GET", "/control/requests").body;
  const auto entry = boost::json::parse(log).at(0);
  CHECK(entry.at("path").as_string() == std::string_view(vms));
  CHECK(entry.at("status") == 200);
  CHECK(entry.at("authenticated") == "application");
  CHECK(entry.at("headers").at("pragma") == "no-cache");
  CHECK(entry.at("headers").at("x-pagination-size") == "5");
  const accepted_credentials keys;
  for (const auto& secret : {keys.application_secret, keys.consumer_key})
    CHECK(log.find(secret) == std::string::npos);
}

} // namespace
} // namespace ovhl::sim
