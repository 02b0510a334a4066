// Tasks of somebody else, and tasks in any state.
#include "simulator/asking.hpp"

#include <doctest/doctest.h>

namespace ovhl::sim {
namespace {

const std::string right_license =
    R"({"kmsLicense":"windows 2022 Standard","bypassGuestOsFamilyCheck":false})";

std::string vm_path(int id) { return fmt::format("/dedicatedCloud/pcc-1/datacenter/12/vm/{}", id); }

boost::json::value license_of(asker& api, int vm) { return api.json(vm_path(vm)).at("license"); }

void begin(asker& api, const std::string& body) {
  REQUIRE(words(api.control("POST", "/control/tasks", body)).starts_with("200 "));
}
void move(asker& api, int task, std::string_view state) {
  const auto path = fmt::format("/control/tasks/{}", task);
  REQUIRE(api.control("PATCH", path, fmt::format(R"({{"state":"{}"}})", state)).status == 200);
}
void read(asker& api, int task, int times) {
  for (int i = 0; i < times; ++i)
    api.get(fmt::format("/dedicatedCloud/pcc-1/task/{}", task));
}

TEST_CASE("somebody else's task is listed, read and takes effect like one of ours") {
  asker api({.fleet = small_fleet});
  begin(api, R"({"vmId":2,"name":"setLicense","license":"windows 2022 Datacenter"})");
  CHECK(words(api.get("/dedicatedCloud/pcc-1/task?state=todo")) == "200 [5000]");
  const auto task = api.json("/dedicatedCloud/pcc-1/task/5000");
  CHECK(task.at("name") == "setLicense");
  CHECK(task.at("description") == "setLicense on virtual machine 2");
  CHECK(task.at("createdBy") == "somebody-ovh");
  read(api, 5000, 2);
  CHECK(license_of(api, 2) == "windows 2022 Datacenter");
  begin(api, R"({"vmId":1,"name":"removeLicense","description":null,"state":"doing"})");
  CHECK(api.json("/dedicatedCloud/pcc-1/task/5001").at("description").is_null());
  CHECK(license_of(api, 1).is_null());
}

TEST_CASE("a task without a license does not change the VM's license") {
  asker api({.fleet = small_fleet});
  begin(api, R"({"vmId":1,"name":"addHost","license":null,"description":"a host"})");
  move(api, 5000, "done");
  CHECK(license_of(api, 1) == "windows 2019 Standard");
  begin(api,
        R"({"vmId":1,"name":"setLicense","license":"windows 2019 Datacenter","state":"done"})");
  CHECK(license_of(api, 1) == "windows 2019 Datacenter");
}

TEST_CASE(
    "a task can be in any state, is listed by it, and runs unless it is done, failed or canceled") {
  const char* const states[] = {"canceled",   "doing",    "done", "error",   "fixing",
                                "toCancel",   "toCreate", "todo", "unknown", "waitingForChilds",
                                "waitingTodo"};
  for (const std::string state : states) {
    CAPTURE(state);
    asker api({.fleet = small_fleet, .task_reads = 0});
    begin(api, fmt::format(R"({{"vmId":2,"name":"addHost","state":"{}"}})", state));
    const bool over = state == "done" || state == "error" || state == "canceled";
    for (const std::string other : states)
      CHECK(words(api.get("/dedicatedCloud/pcc-1/task?state=" + other)) ==
            (other == state ? "200 [5000]" : "200 []"));
    CHECK(words(api.get("/dedicatedCloud/pcc-1/datacenter/12/task?state=" + state)) ==
          "200 [5000]");
    api.get(vm_path(2));
    CHECK(api.post(vm_path(2) + "/setLicense", right_license).status == (over ? 200 : 409));
    CHECK(api.w.conduct.violations.size() == (over ? 0U : 1U));
    move(api, 5000, "fixing");
    CHECK(words(api.get("/dedicatedCloud/pcc-1/task?state=fixing")) == "200 [5000]");
  }
}

TEST_CASE("an impossible task of somebody else is refused") {
  asker api({.fleet = small_fleet});
  const auto refused = [&](const char* body) {
    return words(api.control("POST", "/control/tasks", body));
  };
  CHECK(refused(R"({"vmId":9,"name":"addHost"})").find("there is no VM '9'") != std::string::npos);
  CHECK(refused(R"({"vmId":2,"name":"addHost","state":"ready"})")
            .find("there is no task state 'ready'") != std::string::npos);
  CHECK(refused(R"({"vmId":2,"name":"addHost","of":1})").find("a task has no 'of'") !=
        std::string::npos);
  CHECK(refused(R"({"vmId":2})").starts_with("400 "));
  CHECK(api.w.tasks.all().empty());
}

TEST_CASE("a change while somebody else's task runs is a conflict and a violation") {
  asker api({.fleet = small_fleet});
  begin(api, R"({"vmId":2,"name":"addHost"})");
  api.get(vm_path(2));
  CHECK(api.post(vm_path(2) + "/setLicense", right_license).status == 409);
  CHECK(api.w.conduct.violations ==
        std::vector<std::string>{"setLicense of VM 2: task 5000 is still running"});
}

TEST_CASE("a VM must be read again after the last change took effect") {
  asker api({.fleet = small_fleet});
  api.get(vm_path(2));
  api.post(vm_path(2) + "/setLicense", right_license);
  api.get(vm_path(2));
  read(api, 5000, 2);
  CHECK(api.post(vm_path(2) + "/removeLicense").status == 200);
  CHECK(api.w.conduct.violations ==
        std::vector<std::string>{
            "removeLicense of VM 2: the VM was not read by itself since it was last changed"});
  read(api, 5001, 2);
  api.get(vm_path(2));
  begin(api, R"({"vmId":2,"name":"addHost","state":"done"})"); // changes no license
  api.post(vm_path(2) + "/setLicense", right_license);
  CHECK(api.w.conduct.violations.size() == 1);
}

TEST_CASE("a fault can hide an existing task for a while") {
  asker api({.fleet = small_fleet});
  begin(api, R"({"vmId":2,"name":"addHost"})");
  api.control("POST", "/control/faults", R"({"path":"*/task/5000","status":404,"times":2})");
  for (const int status : {404, 404, 200})
    CHECK(api.get("/dedicatedCloud/pcc-1/task/5000").status == status);
}

TEST_CASE("time advances each task from its state, but not those that are stuck") {
  asker api({.fleet = small_fleet, .task_time = std::chrono::seconds(10)});
  api.control("POST", "/control/outcomes", R"({"outcome":"stuck"})");
  api.get(vm_path(2));
  api.post(vm_path(2) + "/setLicense", right_license);
  begin(api, R"({"vmId":1,"name":"removeLicense"})");
  begin(api, R"({"vmId":3,"name":"addHost","state":"waitingTodo"})");
  api.w.behaviour.clock_offset = std::chrono::seconds(11);
  CHECK(words(api.get("/dedicatedCloud/pcc-1/task?state=doing")) == "200 [5000,5001]");
  api.w.behaviour.clock_offset = std::chrono::hours(1);
  CHECK(words(api.get("/dedicatedCloud/pcc-1/task?state=doing")) == "200 [5000]");
  CHECK(words(api.get("/dedicatedCloud/pcc-1/task?state=done")) == "200 [5001]");
  CHECK(words(api.get("/dedicatedCloud/pcc-1/task?state=waitingTodo")) == "200 [5002]");
  CHECK(license_of(api, 1).is_null());
  CHECK(license_of(api, 2).is_null());
}

} // namespace
} // namespace ovhl::sim
