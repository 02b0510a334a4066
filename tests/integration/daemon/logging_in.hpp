// `login` as tests play it: an application in ovh.conf, and a person who confirms the key.
#pragma once

#include "stage.hpp"

#include <fmt/format.h>

#include <string>

namespace ovhl::test {

inline std::string section(const stage& s) {
  return fmt::format("[{}]\napplication_key={}\napplication_secret={}\n", s.api.endpoint(),
                     s.api.accepted().application_key, s.api.accepted().application_secret);
}

inline void set_key(stage& s, const std::string& json) {
  s.api.control("PATCH", "/control/credentials/2", json);
}

inline void wait_for_link(process& p) {
  p.wait_until("the link", [&] { return contains(p.out(), "press Ctrl-C to cancel."); });
}

// Starts it, and confirms the key as soon as it may.
inline process& confirmed(stage& s, const launch& how,
                          const std::string& as = R"({"status": "validated"})") {
  process& login = s.start(how);
  wait_for_link(login);
  set_key(s, as);
  return login;
}

} // namespace ovhl::test
