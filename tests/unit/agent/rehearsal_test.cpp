#include "agent/rehearsal.hpp"

#include <doctest/doctest.h>

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
