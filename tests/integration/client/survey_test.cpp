#include "against.hpp"

#include <algorithm>

using namespace ovhl;
using namespace ovhl::test;

namespace {

std::string shown(const licensing::vm& v) {
  const auto text = [](std::string_view t) {
    return licensing::known(t) ? std::string(t) : "null";
  };
  return fmt::format("{} {} | {} | {} | {} | listed {} {} | {} {} {} {}", v.id, text(v.name),
                     text(v.guest_os_family), text(v.reported_guest_os_family), text(v.license),
                     v.listed, text(v.listed_license), text(v.cluster), text(v.folder), v.cpus,
                     licensing::name(v.power));
}

lines shown(const licensing::datacenter& d) {
  lines out;
  for (const licensing::vm& v : d.vms)
    out.push_back(shown(v));
  return out;
}

const lines whole_fleet{
    "1074 web-1 | windows2019srv_64Guest | windows2019srv_64Guest | windows 2019 Standard | "
    "listed true windows 2019 Standard | Cluster1 apps 4 poweredOn",
    "1075 db-1 | debian11_64Guest | windows2019srv_64Guest | null | "
    "listed true unlicensed windows guestos | Cluster1 vm 2 poweredOff",
    "1076 odd-1 | null | null | null | listed false null | null null 0 poweredOn"};

} // namespace

TEST_CASE("a datacenter is seen whole by pages, in four requests and one for the time") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  const auto seen = t.survey(c);
  CHECK(shown(only(seen)) == whole_fleet);
  CHECK(only(seen).complete);
  CHECK(problems(seen) == lines{});
  CHECK(t.asked() == lines{"GET /auth/time 200", "GET /dedicatedCloud 200",
                           "GET /dedicatedCloud/pcc-1/datacenter 200",
                           "GET /dedicatedCloud/pcc-1/datacenter/12/vmLicensed 200",
                           "GET /dedicatedCloud/pcc-1/datacenter/12/vm 200"});
}

TEST_CASE("a datacenter is seen alike one by one") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  const auto seen = t.survey(c, ovh::listing::each, {"pcc-1"});
  CHECK(shown(only(seen)) == whole_fleet);
  CHECK(only(seen).complete);
  lines sent = t.asked();
  std::sort(sent.begin(), sent.end());
  CHECK(sent == lines{"GET /auth/time 200", "GET /dedicatedCloud/pcc-1/datacenter 200",
                      "GET /dedicatedCloud/pcc-1/datacenter/12/vm 200",
                      "GET /dedicatedCloud/pcc-1/datacenter/12/vm/1074 200",
                      "GET /dedicatedCloud/pcc-1/datacenter/12/vm/1075 200",
                      "GET /dedicatedCloud/pcc-1/datacenter/12/vm/1076 200",
                      "GET /dedicatedCloud/pcc-1/datacenter/12/vmLicensed 200"});
}

TEST_CASE("pages are asked for fresh, of the size that is wanted, as JSON and under our name") {
  against t;
  auto o = t.options();
  o.user_agent = "ovh-licensed/9.9";
  ovh::client c(t.context.get_executor(), t.clock, o);
  CHECK(only(t.survey(c, ovh::listing::pages, {}, 2)).vms.size() == 3);
  lines sent;
  for (const sim::logged_request& r : t.api.requests()) {
    CHECK(r.headers.at("user-agent") == "ovh-licensed/9.9");
    CHECK(r.headers.at("accept") == "application/json");
    CHECK(r.headers.count("accept-encoding") == 0);
    if (r.headers.count("pragma") == 0) continue;
    std::string line = r.path.substr(r.path.rfind('/')) + " " + r.headers.at("pragma");
    for (const char* name : {"x-pagination-mode", "x-pagination-size", "x-pagination-number"})
      if (r.headers.count(name) != 0) line += " " + r.headers.at(name);
    sent.push_back(line);
  }
  CHECK(sent == lines{"/vmLicensed no-cache", "/vm no-cache CachedObjectList-Pages 2 1",
                      "/vm no-cache CachedObjectList-Pages 2 2"});
}

TEST_CASE("an account without a service, or a service without a datacenter, was not looked at") {
  against t;
  t.api.control("DELETE", "/control/services/pcc-1/datacenters/12");
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  const auto bare = t.survey(c);
  CHECK_FALSE(bare.complete());
  CHECK(problems(bare) ==
        lines{"account main: GET /dedicatedCloud/pcc-1/datacenter: these credentials see no "
              "datacenter; allow pccVMware:apiovh:datacenter/get, or exclude it in config.yaml"});
  t.api.control("DELETE", "/control/services/pcc-1");
  const auto nothing = t.survey(c);
  CHECK_FALSE(nothing.complete());
  CHECK(problems(nothing) ==
        lines{"account main: GET /dedicatedCloud: these credentials see no Hosted Private Cloud; "
              "allow pccVMware:apiovh:get, or exclude it in config.yaml"});
}

TEST_CASE("an empty vmLicensed is not believed where VMs carry licenses") {
  against t;
  sim::fault f;
  f.path = "*/vmLicensed";
  f.kind = "wrong_shape";
  f.body = "[]";
  f.times = 0;
  t.api.arm(f);
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  const auto seen = t.survey(c);
  CHECK_FALSE(only(seen).complete);
  CHECK(problems(seen) ==
        lines{"account main: GET /dedicatedCloud/pcc-1/datacenter/12/vm: the list "
              "of VMs is incomplete: vmLicensed is empty, though 1 VMs carry a "
              "license"});
}

TEST_CASE("a VM that is not found is gone only if it is not listed any more") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  sim::fault f;
  f.path = "*/vm/1076";
  f.status = 404;
  f.times = 0;
  t.api.arm(f);
  const auto seen = t.survey(c, ovh::listing::each);
  CHECK_FALSE(only(seen).complete);
  CHECK(problems(seen) ==
        lines{"account main: GET /dedicatedCloud/pcc-1/datacenter/12/vm: the list "
              "of VMs is incomplete: 1 of 3 VMs are listed but not found (VM "
              "1076)"});
}

TEST_CASE("a look that breaks off in the middle has both lists put together all the same") {
  auto o = against::small();
  o.behaviour.page_cap = 2;
  against t(o);
  sim::fault f;
  f.path = "*/datacenter/12/vm";
  f.status = 403;
  f.skip = 1;
  f.times = 0;
  t.api.arm(f);
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  const auto seen = t.survey(c);
  REQUIRE(only(seen).vms.size() == 2);
  CHECK_FALSE(only(seen).complete);
  CHECK(only(seen).vms[0].listed);
  CHECK(only(seen).vms[1].reported_guest_os_family == "windows2019srv_64Guest");
}

TEST_CASE("a server that cuts pages shorter is asked for the rest") {
  auto o = against::small();
  o.fleet.clear();
  o.generate = {.vms = 25, .datacenters = 1};
  o.behaviour.page_cap = 10;
  against t(o);
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  const auto seen = t.survey(c);
  CHECK(only(seen).complete);
  CHECK(only(seen).vms.size() == 25);
}

TEST_CASE("a server that does not know pages is asked one by one, unless that is ruled out") {
  auto o = against::small();
  o.behaviour.honour_pages = false;
  against t(o);
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  CHECK(shown(only(t.survey(c))) == whole_fleet);
  CHECK(
      problems(t.survey(c, ovh::listing::pages)) ==
      lines{
          "account main: GET /dedicatedCloud/pcc-1/datacenter/12/vm: the API does not list VMs by "
          "pages; set api.listing to auto or each"});
}

TEST_CASE("a stale cache of pages is not believed") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  t.survey(c);
  t.api.control("PATCH", "/control/vms/1074", R"({"license": "windows 2022 Standard"})");
  t.api.control("DELETE", "/control/vms/1076");
  const auto seen = t.survey(c);
  REQUIRE(only(seen).vms.size() == 2);
  CHECK(only(seen).vms[0].license == "windows 2022 Standard");
}

TEST_CASE("a fleet that changes under the look is looked at again") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  sim::fault f;
  f.path = "*/vmLicensed";
  f.kind = "wrong_shape";
  f.body =
      R"([{"vmId": 999, "name": "gone", "moRef": "vm-999", "guestOsFamily": null, "license": "x"}])";
  t.api.arm(f);
  CHECK(shown(only(t.survey(c))) == whole_fleet);

  f.times = 0;
  t.api.arm(f);
  const auto seen = t.survey(c);
  REQUIRE(seen.datacenters.size() == 1);
  CHECK_FALSE(seen.datacenters[0].complete);
  CHECK(seen.datacenters[0].vms.size() == 3);
  CHECK(problems(seen) ==
        lines{"account main: GET /dedicatedCloud/pcc-1/datacenter/12/vm: the list of VMs "
              "is incomplete: one is in vmLicensed but not in the list of VMs (VM 999)"});
}

TEST_CASE("a list that comes incomplete is looked at again, and said to be") {
  struct row {
    sim::fault fault;
    std::string gap;
    std::size_t vms;
  };
  const auto page = [](std::string body, std::string total) {
    sim::fault f;
    f.path = "*/vm";
    f.kind = "wrong_shape";
    f.body = std::move(body);
    f.headers["X-Pagination-Elements"] = std::move(total);
    f.skip = 1;
    return f;
  };
  const std::string no_more = "[]", again = R"([{"vmId": 1074}])", ids = "[1076]",
                    other = R"([{"vmId": 1075}])";
  const row rows[] = {
      {page(no_more, "3"), "2 of 3 VMs arrived", 2},
      {page(other, "3"), "2 of 3 VMs arrived", 2},
      {page(again, "3"), "page 2 is page 1 again", 2},
      {page(again, "4"), "there were 3 VMs at first and 4 at page 2", 2},
      {page(ids, "3"), "page 2 has ids instead of VMs", 2},
  };
  for (const row& r : rows) {
    CAPTURE(r.fault.body);
    against t;
    ovh::client c(t.context.get_executor(), t.clock, t.options());
    t.api.arm(r.fault);
    CHECK(shown(only(t.survey(c, ovh::listing::automatic, {}, 2))) == whole_fleet);

    t.api.arm(r.fault);
    sim::fault second = r.fault; // strikes the second look
    second.skip = 2;
    t.api.arm(second);
    const auto seen = t.survey(c, ovh::listing::automatic, {}, 2);
    CHECK(problems(seen) ==
          lines{"account main: GET /dedicatedCloud/pcc-1/datacenter/12/vm: the list of "
                "VMs is incomplete: " +
                r.gap});
    REQUIRE(seen.datacenters.size() == 1);
    CHECK_FALSE(seen.datacenters[0].complete);
    CHECK(seen.datacenters[0].vms.size() == r.vms);
  }
}

TEST_CASE("more VMs one by one than the budget allows is said before it is begun") {
  auto o = against::small();
  o.fleet.clear();
  o.generate = {.vms = 400, .datacenters = 1};
  against t(o);
  auto mine = t.options();
  mine.requests_per_minute = 60;
  ovh::client c(t.context.get_executor(), t.clock, mine);
  const auto seen = t.survey(c, ovh::listing::each);
  REQUIRE(seen.datacenters.size() == 1);
  const licensing::place& where = seen.datacenters[0].where;
  CHECK(
      problems(seen) ==
      lines{fmt::format(
          "account main: GET /dedicatedCloud/{}/datacenter/{}/vm: reading 400 VMs one by one takes "
          "400 requests; the budget of 60 per minute allows 295 before the deadline; list by pages "
          "(api.listing), raise api.requests_per_minute or poll.timeout, or name fewer services",
          where.service, where.datacenter)});
  CHECK(t.api.requests().size() == 5);
}

TEST_CASE("several services, datacenters and accounts are seen at once, in order, and one that "
          "fails stops no other") {
  against t({.generate = {.vms = 60, .services = 3, .datacenters = 2}});
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  auto other = t.options("token");
  other.account = "another";
  ovh::client d(t.context.get_executor(), t.clock, other);
  const auto names = *t.run(ovh::list_services(c, t.deadline()));
  REQUIRE(names.size() == 3);
  sim::fault f;
  f.path = "/dedicatedCloud/" + names[1] + "/datacenter";
  f.times = 0;
  f.status = 403;
  t.api.arm(f);

  ovh::survey_options how;
  how.deadline = t.deadline();
  ovh::progress last;
  how.on_progress = [&](const ovh::progress& p) { last = p; };
  std::vector<ovh::survey_target> targets{{&c, {}}, {&d, {names[2], names[2], "pcc-unknown"}}};
  const auto seen = t.run(ovh::survey(std::move(targets), std::move(how)));

  lines blind;
  for (const auto& b : seen.blind_spots)
    blind.push_back(b.account + " " + b.service);
  CHECK(blind == lines{"another pcc-unknown", "main " + names[1]});
  REQUIRE(seen.datacenters.size() == 6);
  CHECK(std::is_sorted(seen.datacenters.begin(), seen.datacenters.end(),
                       [](const auto& a, const auto& b) { return a.where < b.where; }));
  std::size_t vms = 0;
  for (const auto& dc : seen.datacenters) {
    CHECK(dc.complete);
    vms += dc.vms.size();
  }
  CHECK(vms == 60);
  CHECK(last.seen == 60);
  CHECK(last.expected == 60);
}

TEST_CASE("a service's name cannot leave its place in the path") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  t.run(ovh::get_service(c, "a/../b?c=d", t.deadline()));
  CHECK(t.asked() == lines{"GET /dedicatedCloud/a%2F..%2Fb%3Fc%3Dd 404"});
}
