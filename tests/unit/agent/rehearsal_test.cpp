#include "agent/rehearsal.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using ovhl::agent::granted;
using ovhl::ovh::access_rule;

TEST_CASE("an access rule grants its method on every path its wildcard covers") {
  struct row {
    access_rule rule;
    const char* method;
    const char* path;
    bool allowed;
  };
  const row rows[] = {
      {{"GET", "/*"}, "GET", "/dedicatedCloud/s/datacenter/1/vm", true},
      {{"GET", "/dedicatedCloud*"}, "GET", "/dedicatedCloud", true},
      {{"GET", "/dedicatedCloud*"}, "GET", "/dedicatedCloud/s", true},
      {{"GET", "/dedicatedCloud/*"}, "GET", "/dedicatedCloud", false},
      {{"GET", "/dedicatedCloud/*"},
       "POST",
       "/dedicatedCloud/s/datacenter/1/vm/1/setLicense",
       false},
      {{"POST", "/dedicatedCloud/*/setLicense"},
       "POST",
       "/dedicatedCloud/s/datacenter/1/vm/1/setLicense",
       true},
      {{"POST", "/dedicatedCloud/*/setLicense"},
       "POST",
       "/dedicatedCloud/s/datacenter/1/vm/1/removeLicense",
       false},
      {{"GET", "/me"}, "GET", "/dedicatedCloud", false},
  };
  for (const row& r : rows) {
    CAPTURE(r.rule.path);
    CAPTURE(r.path);
    CHECK(granted({r.rule}, {r.method, r.path}) == r.allowed);
  }
}

TEST_CASE("no rules grant nothing") { CHECK_FALSE(granted({}, {"GET", "/dedicatedCloud"})); }

TEST_CASE("rights are wanted on the services that are there, and only those that are used") {
  const auto wanted = [](bool named, bool corrections) {
    std::vector<std::string> all;
    for (const auto& r : ovhl::agent::rights_wanted({"pcc-1"}, named, corrections))
      all.push_back(std::string(r.method) + " " + r.path);
    return all;
  };
  const std::vector<std::string> looking = {"GET /dedicatedCloud/pcc-1",
                                            "GET /dedicatedCloud/pcc-1/serviceInfos",
                                            "GET /dedicatedCloud/pcc-1/datacenter",
                                            "GET /dedicatedCloud/pcc-1/datacenter/1/vm",
                                            "GET /dedicatedCloud/pcc-1/datacenter/1/vm/1",
                                            "GET /dedicatedCloud/pcc-1/datacenter/1/vmLicensed"};
  CHECK(wanted(true, false) == looking);
  std::vector<std::string> more = looking;
  more.insert(more.begin(), "GET /dedicatedCloud");
  CHECK(wanted(false, false) == more);
  more = looking;
  more.push_back("GET /dedicatedCloud/pcc-1/task");
  more.push_back("GET /dedicatedCloud/pcc-1/task/1");
  more.push_back("POST /dedicatedCloud/pcc-1/datacenter/1/vm/1/setLicense");
  more.push_back("POST /dedicatedCloud/pcc-1/datacenter/1/vm/1/removeLicense");
  CHECK(wanted(true, true) == more);
}

TEST_CASE("the rules that check advises grant what it wants") {
  for (const auto& r : ovhl::agent::rights_wanted({"pcc-1"}, false, true)) {
    CAPTURE(r.path);
    CHECK(granted({{"GET", "/dedicatedCloud*"}, {"POST", "/dedicatedCloud/*"}}, r));
  }
}
