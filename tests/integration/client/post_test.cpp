// Corrections: sent once whatever happens, and what is said of how far they came.
#include "posting.hpp"

using namespace ovhl;
using namespace ovhl::test;
using namespace std::chrono_literals;
using doubt = ovh::task_begun::doubt;

TEST_CASE("a license is set and removed by one request each, and the task is answered") {
  for (const char* kind : {"application", "oauth2", "token"}) {
    CAPTURE(kind);
    against t;
    ovh::client c(t.context.get_executor(), t.clock, t.options(kind));
    look(t, c, 1075);
    const auto set =
        t.run(ovh::set_license(c, here, 1075, "windows 2019 Standard", true, t.deadline()));
    REQUIRE(set.task.has_value());
    CHECK(set.how == doubt::none);
    CHECK(set.task->id == 5000);
    CHECK(set.task->name == "setLicense");
    CHECK(set.task->state == "todo");
    CHECK(set.task->concerns(1075, "db-1"));
    const auto first = t.api.requests().back();
    CHECK(set.query_id == first.query_id);
    CHECK(first.path == "/dedicatedCloud/pcc-1/datacenter/12/vm/1075/setLicense");
    CHECK(first.body ==
          R"({"kmsLicense": "windows 2019 Standard", "bypassGuestOsFamilyCheck": true})");
    CHECK(first.headers.at("content-type") == "application/json");
    CHECK(first.headers.at("content-length") == std::to_string(first.body.size()));

    look(t, c, 1074);
    const auto removed = t.run(ovh::remove_license(c, here, 1074, t.deadline()));
    REQUIRE(removed.task.has_value());
    CHECK(removed.task->name == "removeLicense");
    const auto second = t.api.requests().back();
    CHECK(second.body.empty());
    CHECK(second.headers.count("content-type") == 0);
    CHECK(second.headers.at("content-length") == "0");
    CHECK(posts(t) == lines{"setLicense 200", "removeLicense 200"});
    CHECK(t.api.violations() == lines{});
  }
}

TEST_CASE("who asks for a change has the last word, after all waiting") {
  against t;
  ovh::client_options options = t.options();
  options.requests_per_minute = 2;
  ovh::client c(t.context.get_executor(), t.clock, options);
  look(t, c, 1074); // with the time, all there is for half a minute
  const loop::steady_point before = t.clock.now();
  loop::steady_point asked;
  const auto last_word = [&]() -> std::optional<error> {
    asked = t.clock.now();
    error why;
    why.kind = failure::canceled;
    why.message = "the window has closed";
    return why;
  };
  const auto got = t.run(ovh::remove_license(c, here, 1074, t.deadline(), last_word));
  CHECK(got.how == doubt::unsent);
  REQUIRE(got.task.has_error());
  CHECK(got.task.error().message == "the window has closed");
  CHECK(asked - before >= std::chrono::seconds(20));
  CHECK(posts(t) == lines{});
}

TEST_CASE("a VM is read by itself, and one that is not there is a 404") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  const auto seen = t.run(ovh::get_vm(c, here, 1074, t.deadline()));
  REQUIRE(seen.has_value());
  CHECK((*seen)->vm.id == 1074);
  CHECK((*seen)->vm.name == "web-1");
  CHECK((*seen)->vm.license == "windows 2019 Standard");
  CHECK(t.api.requests().back().headers.at("pragma") == "no-cache");
  const auto none = t.run(ovh::get_vm(c, here, 9, t.deadline()));
  REQUIRE(none.has_error());
  CHECK(none.error().http_status == 404);
}

TEST_CASE("tasks under way are listed by state and followed, our own and others'") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  t.api.control("POST", "/control/tasks",
                R"({"vmId": 1074, "name": "addHost", "state": "fixing", "description": null})");
  look(t, c, 1075);
  CHECK(set(t, c, 1075, true).how == doubt::none);
  std::string all;
  for (const auto state : licensing::task_state::names_under_way())
    for (const auto id : *t.run(ovh::list_tasks(c, "pcc-1", state, t.deadline())))
      all += fmt::format("{} {} ", state, id);
  CHECK(all == "fixing 5000 todo 5001 ");
  const auto foreign = t.run(ovh::get_task(c, "pcc-1", 5000, t.deadline()));
  REQUIRE(foreign.has_value());
  CHECK(foreign->name == "addHost");
  CHECK(foreign->description.empty());
  std::string states;
  for (int i = 0; i < 3; ++i)
    states += t.run(ovh::get_task(c, "pcc-1", 5001, t.deadline()))->state.text() + " ";
  CHECK(states == "todo doing done ");
  CHECK(t.run(ovh::get_task(c, "pcc-1", 6000, t.deadline())).error().http_status == 404);
}

TEST_CASE("what the API refuses is refused, in its words and with what to do") {
  struct row {
    const char* prepare[3]; // at the control interface
    std::int64_t vm;
    std::string said;
  };
  const row rows[] = {
      {{"POST", "/control/tasks", R"({"vmId": 1074, "name": "setLicense"})"},
       1074,
       "A task is already running on this virtual machine (HTTP 409, query {}); the VM is busy; it "
       "will be tried again"},
      {{"PATCH", "/control/services/pcc-1", R"({"spla": false})"},
       1074,
       "Windows licenses are not activated on this service (HTTP 400, query {}); activate Windows "
       "licenses for the service in the control panel, or ask OVHcloud support to do it"},
      {{"PATCH", "/control/services/pcc-1", R"({"spla": true})"},
       1075,
       "License windows 2019 Datacenter is not compatible with guest OS family debian11_64Guest "
       "(HTTP 400, query {}); set bypass_guest_os_family_check: true for this VM in the policy if "
       "it really runs Windows"},
      {{"PATCH", "/control/services/pcc-1", R"({"expired": true})"},
       1074,
       "This service is expired (HTTP 460, query {}); renew the service"},
      {{"DELETE", "/control/vms/1074", ""},
       1074,
       "The requested object (vmId = 1074) does not exist (HTTP 404, query {})"},
      {{"PATCH", "/control/credentials/1", R"({"rules": [{"method": "GET", "path": "/*"}]})"},
       1074,
       "This call has not been granted (HTTP 403, query {}); run 'ovh-licensed login' again, or "
       "create a consumer key with the access rule 'POST "
       "/dedicatedCloud/pcc-1/datacenter/*/vm/*/setLicense'"},
  };
  for (const row& r : rows) {
    CAPTURE(r.said);
    against t;
    ovh::client c(t.context.get_executor(), t.clock, t.options());
    look(t, c, r.vm);
    t.api.control(r.prepare[0], r.prepare[1], r.prepare[2]);
    const auto did = set(t, c, r.vm);
    REQUIRE(did.task.has_error());
    CHECK(did.how == doubt::refused);
    const auto query = t.api.requests().back().query_id;
    CHECK(did.query_id == query);
    CHECK(words(did.task.error()) == fmt::format("account main: POST {}: {}", set_path(r.vm),
                                                 fmt::format(fmt::runtime(r.said), query)));
    CHECK(posts(t).size() == 1);
  }
}

TEST_CASE(
    "a token that is not valid any more is refused once, and the next request has a new one") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options("oauth2"));
  look(t, c, 1074);
  t.api.control("PATCH", "/control/tokens", R"({"revoke": true})");
  t.api.forget_requests();
  CHECK(set(t, c, 1074).how == doubt::refused);
  CHECK(set(t, c, 1074).how == doubt::none);
  CHECK(t.asked() == lines{"POST " + set_path(1074) + " 401", "POST /auth/oauth2/token 200",
                           "POST " + set_path(1074) + " 200"});
}

TEST_CASE("a clock found wrong is refused once, and the next request has the right time") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  look(t, c, 1074);
  t.api.control("PATCH", "/control/settings", R"({"clock_offset_seconds": 86400})");
  t.api.forget_requests();
  CHECK(set(t, c, 1074).how == doubt::refused);
  CHECK(set(t, c, 1074).how == doubt::none);
  CHECK(t.asked() == lines{"POST " + set_path(1074) + " 400", "GET /auth/time 200",
                           "POST " + set_path(1074) + " 200"});
}

TEST_CASE("a clock that was wrong from the beginning is no problem") {
  against t;
  t.api.control("PATCH", "/control/settings", R"({"clock_offset_seconds": -86400})");
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  CHECK(set(t, c, 1074).how == doubt::none);
  CHECK(t.asked() == lines{"GET /auth/time 200", "POST " + set_path(1074) + " 200"});
}

TEST_CASE("what is needed before is tried again, the change itself is sent once") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options("oauth2"));
  t.api.arm({.path = "/auth/oauth2/token", .kind = "reset_before", .times = 2});
  CHECK(set(t, c, 1074).how == doubt::none);
  CHECK(t.asked() == lines{"POST /auth/oauth2/token 0", "POST /auth/oauth2/token 0",
                           "POST /auth/oauth2/token 200", "POST " + set_path(1074) + " 200"});
}

TEST_CASE("a token that becomes old while a turn is waited for is replaced before") {
  against t;
  auto o = t.options("oauth2");
  o.requests_per_minute = 1;
  ovh::client c(t.context.get_executor(), t.clock, o);
  look(t, c, 1074);
  t.clock.advance(58min + 30s);
  look(t, c, 1074);
  t.api.forget_requests();
  CHECK(set(t, c, 1074).how == doubt::none);
  CHECK(t.asked() == lines{"POST /auth/oauth2/token 200", "POST " + set_path(1074) + " 200"});
}

TEST_CASE("a 429 is not sent again, and holds the whole account back") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  t.api.arm({.method = "POST", .kind = "throttle", .retry_after = "30"});
  const auto start = t.clock.now();
  CHECK(set(t, c, 1074).how == doubt::lost);
  CHECK(t.clock.now() == start);
  look(t, c, 1074);
  CHECK(t.clock.now() - start == 30s);
  CHECK(posts(t) == lines{"setLicense 429"});
}
