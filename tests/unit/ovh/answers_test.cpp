#include "ovh/api/auth.hpp"
#include "ovh/api/dedicated_cloud.hpp"
#include "ovh/api/services.hpp"
#include "ovh/api/tasks.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

using namespace ovhl;

namespace {

std::string fed(json_reader& r, std::string_view text) {
  r.reset();
  return r.feed(text) && r.finish() ? "fine" : r.complaint();
}

std::string shown(std::string_view text) {
  return licensing::known(text) ? "'" + std::string(text) + "'" : "null";
}

std::string shown(const licensing::vm& v) {
  return fmt::format("{} {} {} {} {} {} {} {}", v.id, shown(v.name), shown(v.guest_os_family),
                     shown(v.license), shown(v.cluster), shown(v.folder), v.cpus,
                     licensing::name(v.power));
}

} // namespace

TEST_CASE("lists of texts and of ids are read") {
  ovh::texts_reader texts;
  CHECK(fed(texts, R"(["pcc-1", "pcc-2"])") == "fine");
  CHECK(texts.values == std::vector<std::string>{"pcc-1", "pcc-2"});
  CHECK(fed(texts, R"(["pcc-1", 2])") == "$[1]: expected a string, found an integer");
  ovh::ids_reader ids;
  CHECK(fed(ids, "[12, 13]") == "fine");
  CHECK(ids.values == std::vector<std::int64_t>{12, 13});
  CHECK(fed(ids, "[]") == "fine");
  CHECK(ids.values.empty());
}

TEST_CASE("of a service and of its expiration only what is needed is read") {
  ovh::service_reader service;
  CHECK(fed(service, R"({"spla": true, "iam": {"id": 1}, "state": "delivered"})") == "fine");
  CHECK(service.facts().spla);
  CHECK(fed(service, R"({"spla": null})") == "$.spla: expected a boolean, found null");
  CHECK(fed(service, "{}") == "$.spla: missing");
  ovh::term_reader infos;
  CHECK(fed(infos, R"({"expiration": "2027-03-01", "creation": "2020-01-01"})") == "fine");
  CHECK(date_text(infos.term().end) == "2027-03-01");
  CHECK_FALSE(infos.term().automatic);
  CHECK(fed(infos, R"({"expiration": "2027-02-30"})") == "$.expiration: expected a date");
  const auto renews = [&](const char* renew) {
    CHECK(fed(infos, fmt::format(R"({{"expiration": "2027-03-01", "renew": {}}})", renew)) ==
          "fine");
    return infos.term().automatic;
  };
  CHECK(renews(R"({"automatic": true, "deleteAtExpiration": false, "period": 1})"));
  CHECK_FALSE(renews(R"({"automatic": true, "deleteAtExpiration": true})"));
  CHECK_FALSE(renews(R"({"automatic": false})"));
  CHECK_FALSE(renews("null"));
}

TEST_CASE("a credential is read with its rules, and one without end has none") {
  ovh::credential_reader r;
  CHECK(fed(r, R"({"status": "validated", "expiration": "2027-01-01T00:00:00+01:00",
                   "rules": [{"method": "GET", "path": "/a"}, {"path": "/b", "method": "POST"}]})") ==
        "fine");
  CHECK(r.facts.status == "validated");
  REQUIRE(r.facts.expiration);
  CHECK(timestamp(*r.facts.expiration) == "2026-12-31T23:00:00Z");
  REQUIRE(r.facts.rules.size() == 2);
  CHECK(r.facts.rules[1].method == "POST");
  CHECK(r.facts.rules[1].path == "/b");
  CHECK(fed(r, R"({"status": "expired", "expiration": null, "rules": []})") == "fine");
  CHECK_FALSE(r.facts.expiration);
  CHECK(r.facts.rules.empty());
  CHECK(fed(r, R"({"status": "expired", "expiration": "soon", "rules": []})") ==
        "$.expiration: expected a point in time");
  CHECK(fed(r, R"({"status": "expired", "rules": [{"method": "GET"}]})") ==
        "$.rules[0].path: missing");
}

TEST_CASE("of a task its state and what it is about are read") {
  ovh::task_reader r;
  CHECK(fed(r, R"({"taskId": 9, "name": "setLicense", "state": "todo", "description": "on 7",
                   "progress": 0, "endDate": null})") == "fine");
  CHECK(r.facts.id == 9);
  CHECK(r.facts.name == "setLicense");
  CHECK(r.facts.state == "todo");
  CHECK(r.facts.description == "on 7");
  CHECK(fed(r, R"({"taskId": 9, "name": "", "state": "new", "description": null})") == "fine");
  CHECK(r.facts.description.empty());
  CHECK(fed(r, R"({"taskId": "9", "name": "a", "state": "b"})") ==
        "$.taskId: expected an integer, found a string");
  CHECK(fed(r, R"({"taskId": 9, "name": "a"})") == "$.state: missing");
  r.expected = 8;
  CHECK(fed(r, R"({"taskId": 9, "name": "a", "state": "b"})") ==
        "$: expected task 8, found task 9");
}

TEST_CASE("vmLicensed is read, and null and absent are the same, empty is not") {
  text_pool texts;
  std::vector<ovh::licensed_vm> rows;
  ovh::licensed_reader r(texts, rows);
  CHECK(fed(r, R"([{"vmId": 2, "name": "b", "moRef": "vm-2", "guestOsFamily": null, "license": "x"},
                   {"vmId": 1, "guestOsFamily": ""}])") == "fine");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].id == 2);
  CHECK(shown(rows[0].reported_guest_os_family) == "null");
  CHECK(shown(rows[0].license) == "'x'");
  CHECK(shown(rows[1].reported_guest_os_family) == "''");
  CHECK(shown(rows[1].license) == "null");
  CHECK(fed(r, R"([{"name": "b"}])") == "$[0].vmId: missing");
  CHECK(fed(r, R"([{"vmId": 1, "license": 5}])") ==
        "$[0].license: expected a string, found an integer");
}

TEST_CASE("a VM is read with what the API may leave out or invent") {
  struct row {
    std::string text, read;
  };
  const row rows[] = {
      {R"({"vmId":7,"name":"n","guestOsFamily":"g","license":"l","clusterName":"c","folderName":"f","cpuNum":4,"powerState":"suspended","networks":[{"name":"x","vmId":9}]})",
       "7 'n' 'g' 'l' 'c' 'f' 4 suspended"},
      {R"({"vmId":7,"name":null,"guestOsFamily":null,"license":null,"clusterName":null,"folderName":null,"cpuNum":null,"powerState":"poweredOn"})",
       "7 null null null null null 0 poweredOn"},
      {R"({"vmId":7})", "7 null null null null null 0 unknown"},
      {R"({"vmId":7,"name":"","powerState":"hibernating","cpuNum":-3})",
       "7 '' null null null null 0 unknown"},
      {R"({"vmId":7,"cpuNum":99999999999})", "7 null null null null null 2147483647 unknown"},
      {R"({"name":"n"})", "$.vmId: missing"},
      {R"({"vmId":"7"})", "$.vmId: expected an integer, found a string"},
      {R"({"vmId":7,"license":["l"]})", "$.license: expected a string, found a list"},
      {R"({"vmId":8})", "$: expected VM 7, found VM 8"},
  };
  for (const row& r : rows) {
    CAPTURE(r.text);
    text_pool texts;
    ovh::vm_reader reader(texts);
    reader.expected = 7;
    const std::string said = fed(reader, r.text);
    CHECK((said == "fine" ? shown(reader.vm) : said) == r.read);
  }
}

TEST_CASE("a page of VMs is added to those before, and a second try does not add it twice") {
  text_pool texts;
  std::vector<licensing::vm> vms;
  int told = 0;
  ovh::vm_page_reader r(texts, vms, [&] { ++told; });
  r.next_page();
  CHECK(fed(r, R"([{"vmId": 1}, {"vmId": 2}])") == "fine");
  CHECK(r.vms() == 2);
  r.next_page();
  CHECK(fed(r, R"([{"vmId": 3}, {"vmId": )") == "cut off in $[1].vmId after 23 bytes");
  CHECK(fed(r, R"([{"vmId": 3}, {"vmId": 4}])") == "fine");
  CHECK(r.vms() == 2);
  CHECK(vms.size() == 4);
  CHECK(vms.back().id == 4);
  CHECK(told == 5);
}

TEST_CASE("plain ids are told from VMs, and a mixture of both is refused") {
  text_pool texts;
  std::vector<licensing::vm> vms;
  ovh::vm_page_reader r(texts, vms, {});
  CHECK(fed(r, "[5, 6]") == "fine");
  CHECK(r.ids == std::vector<std::int64_t>{5, 6});
  CHECK(vms.empty());
  CHECK(fed(r, R"([5, {"vmId": 6}])") ==
        "$[1]: expected an integer like those before, found an object");
  CHECK(fed(r, R"([{"vmId": 5}, 6])") ==
        "$[1]: expected an object like those before, found an integer");
}
