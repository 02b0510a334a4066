// What the tests of corrections have in common.
#pragma once

#include "against.hpp"

#include <cstdint>
#include <string>

namespace ovhl::test {

inline const licensing::place here{"main", "pcc-1", 12};

inline std::string set_path(std::int64_t vm) {
  return fmt::format("/dedicatedCloud/pcc-1/datacenter/12/vm/{}/setLicense", vm);
}

// Reads the VM by itself, as whoever changes it should.
inline void look(against& t, ovh::client& c, std::int64_t vm) {
  REQUIRE(t.run(ovh::get_vm(c, here, vm, c.clock().now() + std::chrono::minutes(4))).has_value());
}

inline ovh::task_begun set(against& t, ovh::client& c, std::int64_t vm, bool bypass = false) {
  return t.run(ovh::set_license(c, here, vm, "windows 2019 Datacenter", bypass, t.deadline()));
}

// The changes that arrived, and how they were answered: "setLicense 200".
inline std::vector<std::string> posts(against& t) {
  std::vector<std::string> out;
  for (const sim::logged_request& r : t.api.requests())
    if (r.method == "POST" && r.path.ends_with("License"))
      out.push_back(fmt::format("{} {}", r.path.substr(r.path.rfind('/') + 1), r.status));
  return out;
}

} // namespace ovhl::test
