// Setting and removing licenses, the tasks that this starts, orders, and violations.
#include "simulator/asking.hpp"

#include <doctest/doctest.h>

namespace ovhl::sim {
namespace {

const std::string datacenter_path = "/dedicatedCloud/pcc-1/datacenter/12";
const std::string right_license =
    R"({"kmsLicense":"windows 2022 Standard","bypassGuestOsFamilyCheck":false})";

std::string vm_path(int id) { return fmt::format("{}/vm/{}", datacenter_path, id); }

boost::json::value state_of(asker& api, int task) {
  return api.json(fmt::format("/dedicatedCloud/pcc-1/task/{}", task)).at("state");
}

TEST_CASE(
    "a task advances from todo to doing to done as it is read, and then the license changes") {
  asker api({.fleet = small_fleet});
  CHECK(api.json(vm_path(2)).at("license").is_null());
  const auto task = boost::json::parse(api.post(vm_path(2) + "/setLicense", right_license).body);
  CHECK(task.at("taskId") == 5000);
  CHECK(task.at("state") == "todo");
  CHECK(state_of(api, 5000) == "todo");
  CHECK(api.json(vm_path(2)).at("license").is_null());
  CHECK(state_of(api, 5000) == "doing");
  CHECK(state_of(api, 5000) == "done");
  CHECK(api.json(vm_path(2)).at("license") == "windows 2022 Standard");
  CHECK(words(api.get("/dedicatedCloud/pcc-1/task?state=done&name=setLicense")) == "200 [5000]");
  CHECK(words(api.get("/dedicatedCloud/pcc-1/task?state=todo")) == "200 []");
  CHECK(api.w.conduct.violations.empty());
}

TEST_CASE("a task that is set to fail changes nothing") {
  for (const auto* outcome : {"error", "canceled", "no_effect"}) {
    asker api({.fleet = small_fleet});
    api.control("POST", "/control/outcomes", fmt::format(R"({{"outcome":"{}"}})", outcome));
    api.post(vm_path(2) + "/setLicense", right_license);
    state_of(api, 5000);
    state_of(api, 5000);
    CAPTURE(outcome);
    CHECK(state_of(api, 5000) == (std::string_view(outcome) == "no_effect" ? "done" : outcome));
    CHECK(api.json(vm_path(2)).at("license").is_null());
  }
}

TEST_CASE("time advances tasks if task_time is set") {
  asker api({.fleet = small_fleet, .task_time = std::chrono::seconds(10)});
  api.post(vm_path(2) + "/setLicense", right_license);
  CHECK(state_of(api, 5000) == "todo");
  api.w.behaviour.clock_offset = std::chrono::seconds(11);
  CHECK(state_of(api, 5000) == "doing");
  CHECK(state_of(api, 5000) == "doing");
  api.w.behaviour.clock_offset = std::chrono::seconds(21);
  CHECK(state_of(api, 5000) == "done");
}

struct compatibility {
  int vm;
  std::string license;
  bool bypass;
  int status;
};

TEST_CASE("a license must match the configured guest OS unless the check is bypassed") {
  asker api({.fleet = small_fleet});
  const compatibility cases[] = {
      {2, "windows 2022 Datacenter SQL2022 Web", false, 200},
      {1, "windows 2022 Standard", false, 400},
      {3, "windows 2022 Standard", false, 400},
      {3, "windows 2022 Standard", true, 200},
  };
  for (const auto& it : cases) {
    CAPTURE(it.vm);
    CAPTURE(it.license);
    const auto body = fmt::format(R"({{"kmsLicense":"{}","bypassGuestOsFamilyCheck":{}}})",
                                  it.license, it.bypass);
    CHECK(api.post(vm_path(it.vm) + "/setLicense", body).status == it.status);
  }
  CHECK(
      words(api.post(vm_path(3) + "/setLicense", right_license)) ==
      R"(400 {"class":"Client::BadRequest","message":"License windows 2022 Standard is not compatible with guest OS family debian11_64Guest"})");
}

TEST_CASE("a license is not set where Windows licenses are not activated") {
  asker api({.fleet = small_fleet});
  api.control("PATCH", "/control/services/pcc-1", R"({"spla":false})");
  CHECK(
      words(api.post(vm_path(2) + "/setLicense", right_license)) ==
      R"(400 {"class":"Client::BadRequest","message":"Windows licenses are not activated on this service"})");
}

TEST_CASE("a second change while the first is running is a conflict") {
  asker api({.fleet = small_fleet});
  api.get(vm_path(1));
  api.post(vm_path(1) + "/removeLicense");
  api.get(vm_path(1));
  CHECK(
      words(api.post(vm_path(1) + "/removeLicense")) ==
      R"(409 {"class":"Client::Conflict","message":"A task is already running on this virtual machine"})");
  CHECK(api.w.conduct.violations ==
        std::vector<std::string>{"removeLicense of VM 1: task 5000 is still running"});
}

TEST_CASE("changes that nobody should request are recorded as violations") {
  asker api({.fleet = small_fleet});
  api.get(vm_path(3));
  api.post(vm_path(3) + "/removeLicense");
  api.post(vm_path(2) + "/setLicense", right_license);
  api.get(vm_path(4));
  api.post(vm_path(4) + "/removeLicense");
  api.get(vm_path(1));
  api.post(vm_path(1) + "/setLicense",
           R"({"kmsLicense":"windows 2019 Standard","bypassGuestOsFamilyCheck":false})");
  CHECK(api.w.conduct.violations ==
        std::vector<std::string>{
            "removeLicense of VM 3: there is no license",
            "setLicense of VM 2: the VM was not read by itself since it was last changed",
            "removeLicense of VM 4: OVHcloud manages it",
            "setLicense of VM 1: it is there already",
        });
  CHECK(api.control("GET", "/control/violations").body.starts_with(R"(["removeLicense of VM 3)"));
}

TEST_CASE(
    "only a renewal without dryRun creates an order, it is paid once and prolongs the service when "
    "it is delivered") {
  asker api({.fleet = small_fleet});
  const std::string renew = "/service/1001/renew";
  CHECK(boost::json::parse(
            api.post(renew, R"({"dryRun":true,"duration":"P1M","services":[1001]})").body)
            .at("orderId")
            .is_null());
  CHECK(words(api.get("/me/order")) == "200 []");
  const auto order =
      boost::json::parse(api.post(renew, R"({"duration":"P3M","services":[1001]})").body);
  CHECK(order.at("orderId") == 200000001);
  CHECK(order.at("priceWithTax").at("value") == 6660.0);
  const std::string pay = "/me/order/200000001/payWithRegisteredPaymentMean";
  CHECK(words(api.post(pay, R"({"paymentMean":"paypal","paymentMeanId":1234})")) == "200 null");
  CHECK(api.post(pay, R"({"paymentMean":"paypal","paymentMeanId":1234})").status == 409);
  CHECK(api.w.conduct.violations ==
        std::vector<std::string>{"payment of order 200000001: it is paid already"});
  for (const auto* status : {R"("checking")", R"("delivering")", R"("delivered")"})
    CHECK(words(api.get("/me/order/200000001/status")) == std::string("200 ") + status);
  CHECK(api.json("/service/1001").at("expirationDate") == "2035-04-01");
}

TEST_CASE("services are renewed together only if a strategy offers that") {
  asker api({.fleet = small_fleet});
  CHECK(
      words(api.post("/service/1001/renew", R"({"duration":"P1M","services":[1001,1002]})")) ==
      R"(400 {"class":"Client::BadRequest","message":"[services] These services cannot be renewed together"})");
  CHECK(words(api.post("/service/1001/renew", R"({"duration":"P2M","services":[1001]})")) ==
        R"(400 {"class":"Client::BadRequest","message":"[duration] P2M is not offered"})");
}

} // namespace
} // namespace ovhl::sim
