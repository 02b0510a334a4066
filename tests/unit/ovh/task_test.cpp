#include "ovh/api/tasks.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ovhl;

namespace {

ovh::task_facts task(std::string name, std::string description, std::string state = "doing") {
  return {1, std::move(name), std::move(state), std::move(description)};
}

} // namespace

TEST_CASE("a task is about licenses if its name says so") {
  for (const char* name : {"setLicense", "removeLicense", "LICENCE check", "updateVmLicenses"})
    CHECK(task(name, "").about_licenses());
  for (const char* name : {"", "addHost", "licens"})
    CHECK_FALSE(task(name, "").about_licenses());
}

TEST_CASE("a task concerns the VM its description names, and in doubt about licenses any") {
  struct row {
    const char* name;
    const char* description;
    bool concerns; // VM 1074, web-1
  };
  const row rows[] = {
      {"addHost", "", false},
      {"addHost", "on VM 1074", true},
      {"addHost", "vm-1074.", true},
      {"addHost", "(1074)", true},
      {"addHost", "vm1074", true},
      {"addHost", "VM 11074", false},
      {"addHost", "VM 10740", false},
      {"addHost", "VM 1075 and 1074", true},
      {"addHost", "Snapshot of web-1", true},
      {"addHost", "Snapshot of WEB-1.", true},
      {"addHost", "'web-1' is moved", true},
      {"addHost", "Snapshot of web-12", false},
      {"addHost", "Snapshot of web-1-old", false},
      {"addHost", "Snapshot of web-1.example.org", false},
      {"addHost", "Snapshot of my-web-1", false},
      {"addHost", "web-1-old, then web-1", true},
      {"addHost", "web-1_b", false},
      {"addHost", "web-1\xC3\xA9", false},
      {"setLicense", "", true},
      {"setLicense", "Set a license", true},
      {"setLicense", "on virtual machine 1074", true},
      {"setLicense", "on virtual machine 1075", false},
      {"setLicense", "windows 2019 Standard", true}, // no VM is named
      {"setLicense", "windows 2019 Standard SQL2022 Web on 1075", false},
      {"setLicense", "Windows 2019 Standard on 1074", true},
      {"removeLicense", "of another", true},
      {"setLicense", "on 1075\xEF\xBF\xBD…", true}, // it may have named more
      {"addHost", "on 1075\xEF\xBF\xBD…", false},
      {"set\xEF\xBF\xBD", "", true},
  };
  for (const row& r : rows) {
    CAPTURE(r.name);
    CAPTURE(r.description);
    CHECK(task(r.name, r.description).concerns(1074, "web-1") == r.concerns);
  }
  CHECK_FALSE(task("setLicense", "Windows 2019 on 7").concerns(2019, ""));
  CHECK_FALSE(task("addHost", "anything").concerns(1, ""));
  CHECK(task("setLicense", "on web 7").concerns(1, "w\xEF\xBF\xBD"));
}
