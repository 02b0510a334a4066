// Every place where one may stand after a login.
#include "agent/after_login.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace ovhl;
using agent::after_login;
using service = after_login::service;
using reach = after_login::reach;

namespace {

constexpr std::array services{service::never_started, service::down, service::up,
                              service::not_known};
constexpr std::array reaches{reach::mode_report, reach::corrections_off, reach::key_read_only,
                             reach::corrects};

std::size_t place(const std::string& text, const char* word) { return text.find(word); }

} // namespace

TEST_CASE("what corrects is started or restarted after its plan was applied, never before") {
  for (const service s : services) {
    CAPTURE(static_cast<int>(s));
    const std::string text = agent::next_steps({s, reach::corrects, true}, {});
    CHECK(place(text, "plan --out") < place(text, "apply --plan"));
    CHECK(place(text, "apply --plan") < place(text, "systemctl"));
    CHECK(place(text, "systemctl") != std::string::npos);
  }
}

TEST_CASE("a service that may run is restarted, because only then it has the new key") {
  for (const service s : services)
    for (const reach r : reaches) {
      CAPTURE(static_cast<int>(s));
      CAPTURE(static_cast<int>(r));
      const bool starts = s == service::never_started || s == service::down;
      const std::string text = agent::next_steps({s, r, true}, {});
      CHECK((place(text, "systemctl start ") != std::string::npos) == starts);
      CHECK((place(text, "systemctl restart ") != std::string::npos) == !starts);
    }
}

TEST_CASE("after a check that failed there is nothing to do but to check again") {
  for (const service s : services)
    for (const reach r : reaches)
      CHECK(
          agent::next_steps({s, r, false}, {}) ==
          "What to do next\n"
          "COMMAND                      WHAT IT DOES\n"
          "ovh-licensed check --online  tries the key again, once the problems above are solved\n");
}
