#include "ovh/api/rights.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace ovhl;
using ovh::access_rule;
using texts = std::vector<std::string>;

namespace {

texts rules(const ovh::intended_use& what, const texts& named = {}) {
  texts out;
  for (const auto& w : ovh::rules_for(what, named)) {
    CHECK_FALSE(w.what_for.empty());
    out.push_back(w.rule.method + " " + w.rule.path);
  }
  return out;
}

std::vector<access_rule> plain(const ovh::intended_use& what, const texts& named = {}) {
  std::vector<access_rule> out;
  for (const auto& w : ovh::rules_for(what, named))
    out.push_back(w.rule);
  return out;
}

using licensing::mode;
constexpr ovh::intended_use reading{mode::report, false}, declaring{mode::declare, false},
    correcting{mode::enforce, false}, renewing{mode::report, true};

} // namespace

TEST_CASE("an access rule grants its method on every path its wildcard covers") {
  struct row {
    access_rule rule;
    const char* method;
    const char* path;
    bool allowed;
  };
  const char* const set = "/dedicatedCloud/s/datacenter/1/vm/1/setLicense";
  const row rows[] = {
      {{"GET", "/*"}, "GET", "/dedicatedCloud/s/datacenter/1/vm", true},
      {{"GET", "/dedicatedCloud*"}, "GET", "/dedicatedCloud", true},
      {{"GET", "/dedicatedCloud*"}, "GET", "/dedicatedCloud/s", true},
      {{"GET", "/dedicatedCloud/*"}, "GET", "/dedicatedCloud", false},
      {{"GET", "/dedicatedCloud/*"}, "POST", set, false},
      {{"POST", "/dedicatedCloud/*/setLicense"}, "POST", set, true},
      {{"POST", "/dedicatedCloud/*/removeLicense"}, "POST", set, false},
      {{"GET", "/me"}, "GET", "/dedicatedCloud", false},
  };
  for (const row& r : rows) {
    CAPTURE(r.rule.path);
    CAPTURE(std::string(r.path));
    CHECK(ovh::granted({r.rule}, r.method, r.path) == r.allowed);
  }
  CHECK_FALSE(ovh::granted({}, "GET", "/dedicatedCloud"));
}

TEST_CASE("a key is asked for what is needed and nothing else") {
  CHECK(rules(reading) ==
        texts{"GET /auth/currentCredential", "GET /dedicatedCloud", "GET /dedicatedCloud/*"});
  CHECK(rules(correcting) == texts{"GET /auth/currentCredential", "GET /dedicatedCloud",
                                   "GET /dedicatedCloud/*",
                                   "POST /dedicatedCloud/*/datacenter/*/vm/*/setLicense",
                                   "POST /dedicatedCloud/*/datacenter/*/vm/*/removeLicense"});
  CHECK(rules(renewing) == texts{"GET /auth/currentCredential", "GET /dedicatedCloud",
                                 "GET /dedicatedCloud/*", "GET /service", "GET /service/*",
                                 "POST /service/*/renew", "GET /me/order", "GET /me/order/*",
                                 "POST /me/order/*/payWithRegisteredPaymentMean"});
}

TEST_CASE("mode declare requests no right to remove") {
  const auto without_removal = [](texts all) {
    std::erase_if(all, [](const std::string& rule) { return rule.ends_with("/removeLicense"); });
    return all;
  };
  for (const texts& named : {texts(), texts{"pcc-1", "pcc-2"}}) {
    CHECK(rules(declaring, named) == without_removal(rules(correcting, named)));
    CHECK(rules(declaring, named) != rules(correcting, named));
    CHECK(rules(declaring, named) != rules(reading, named));
  }
}

TEST_CASE("where services are named, a key is for these alone") {
  const texts looking = {"GET /auth/currentCredential",
                         "GET /dedicatedCloud/pcc-1",
                         "GET /dedicatedCloud/pcc-1/serviceInfos",
                         "GET /dedicatedCloud/pcc-1/datacenter",
                         "GET /dedicatedCloud/pcc-1/datacenter/*/vm",
                         "GET /dedicatedCloud/pcc-1/datacenter/*/vm/*",
                         "GET /dedicatedCloud/pcc-1/datacenter/*/vmLicensed"};
  CHECK(rules(reading, {"pcc-1"}) == looking);
  texts more = looking;
  more.insert(more.end(), {"GET /dedicatedCloud/pcc-1/task", "GET /dedicatedCloud/pcc-1/task/*",
                           "POST /dedicatedCloud/pcc-1/datacenter/*/vm/*/setLicense",
                           "POST /dedicatedCloud/pcc-1/datacenter/*/vm/*/removeLicense"});
  CHECK(rules(correcting, {"pcc-1"}) == more);
  CHECK(rules(correcting, {"pcc-1", "pcc-2"}).size() == 21);
}

TEST_CASE("what is asked for grants every request that will be made, and no correction unasked") {
  for (const bool named : {false, true}) {
    CAPTURE(named);
    const texts services = {"pcc-1", "pcc 2"};
    const texts names = named ? services : texts();
    for (const auto& what : {reading, declaring, correcting})
      for (const auto& r : ovh::rights_wanted(services, named, what)) {
        CAPTURE(r.path);
        CHECK(ovh::granted(plain(what, names), r.method, r.path));
      }
    for (const auto& r : ovh::rights_wanted(services, named, correcting))
      if (r.method == "POST") CHECK_FALSE(ovh::granted(plain(reading, names), r.method, r.path));
  }
}

TEST_CASE("rights are wanted on the existing services, and only those that are used") {
  const auto wanted = [](bool named, const ovh::intended_use& what) {
    texts all;
    for (const auto& r : ovh::rights_wanted({"pcc-1"}, named, what))
      all.push_back(std::string(r.method) + " " + r.path);
    return all;
  };
  const texts looking = {"GET /dedicatedCloud/pcc-1",
                         "GET /dedicatedCloud/pcc-1/serviceInfos",
                         "GET /dedicatedCloud/pcc-1/datacenter",
                         "GET /dedicatedCloud/pcc-1/datacenter/1/vm",
                         "GET /dedicatedCloud/pcc-1/datacenter/1/vm/1",
                         "GET /dedicatedCloud/pcc-1/datacenter/1/vmLicensed"};
  CHECK(wanted(true, reading) == looking);
  texts more = looking;
  more.insert(more.begin(), "GET /dedicatedCloud");
  CHECK(wanted(false, reading) == more);
  more = looking;
  more.insert(more.end(), {"GET /dedicatedCloud/pcc-1/task", "GET /dedicatedCloud/pcc-1/task/1",
                           "POST /dedicatedCloud/pcc-1/datacenter/1/vm/1/setLicense",
                           "POST /dedicatedCloud/pcc-1/datacenter/1/vm/1/removeLicense"});
  CHECK(wanted(true, correcting) == more);
  more.pop_back();
  CHECK(wanted(true, declaring) == more);
}

TEST_CASE("rules that were not granted are found, also where wider ones were") {
  const auto wanted = ovh::rules_for(correcting, {});
  CHECK(ovh::not_granted({{"GET", "/*"}, {"POST", "/*"}}, wanted).empty());
  CHECK(ovh::not_granted(plain(correcting), wanted).empty());
  const auto missing = ovh::not_granted(
      {{"GET", "/auth/*"}, {"GET", "/dedicatedCloud/*"}, {"POST", "/dedicatedCloud/*/setLicense"}},
      wanted);
  REQUIRE(missing.size() == 2);
  CHECK(missing[0].path == "/dedicatedCloud");
  CHECK(missing[1].path == "/dedicatedCloud/*/datacenter/*/vm/*/removeLicense");
  CHECK(ovh::not_granted({{"GET", "/dedicatedCloud/*/task"}}, {{{"GET", "/dedicatedCloud/*"}, ""}})
            .size() == 1);
}

TEST_CASE("the narrowest rule for a request has a wildcard for each id") {
  CHECK(ovh::rule_text("GET", "/dedicatedCloud") == "GET /dedicatedCloud");
  CHECK(ovh::rule_text("POST", "/dedicatedCloud/pcc-1/datacenter/12/vm/7/setLicense") ==
        "POST /dedicatedCloud/pcc-1/datacenter/*/vm/*/setLicense");
  CHECK(ovh::rule_text("GET", "/dedicatedCloud/pcc-1/task?state=todo") ==
        "GET /dedicatedCloud/pcc-1/task");
}

TEST_CASE("each request has its IAM action") {
  const std::string s = "/dedicatedCloud/pcc-1", p = "pccVMware:apiovh:";
  CHECK(ovh::iam_action("/dedicatedCloud") == p + "get");
  CHECK(ovh::iam_action(s) == p + "get");
  CHECK(ovh::iam_action(s + "/serviceInfos") == p + "serviceInfos/get");
  CHECK(ovh::iam_action(s + "/datacenter") == p + "datacenter/get");
  CHECK(ovh::iam_action(s + "/datacenter/12/vm") == p + "datacenter/vm/get");
  CHECK(ovh::iam_action(s + "/datacenter/12/vm/7") == p + "datacenter/vm/get");
  CHECK(ovh::iam_action(s + "/datacenter/12/vmLicensed") == p + "datacenter/vmLicensed/get");
  CHECK(ovh::iam_action(s + "/task?state=todo") == p + "task/get");
  CHECK(ovh::iam_action(s + "/task/5") == p + "task/get");
  CHECK(ovh::iam_action(s + "/datacenter/12/vm/7/setLicense") == p + "datacenter/vm/setLicense");
  CHECK(ovh::iam_action("/auth/currentCredential").empty());
}
