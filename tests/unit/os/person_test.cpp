#include "os/person.hpp"
#include "support/environment_variable.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <optional>
#include <string>

using ovhl::os::person;

namespace {

// Who asks, where the kernel and the variable say so.
person asked(const std::string& loginuid, const char* sudo_user) {
  const ovhl::test::temporary_directory here;
  const ovhl::test::environment_variable user(
      "SUDO_USER", sudo_user == nullptr ? std::nullopt : std::optional<std::string>(sudo_user));
  return ovhl::os::who_asks(here.file("loginuid", loginuid));
}

std::string shown(const person& who) {
  return who.user + (who.claimed ? " claimed " + *who.claimed : "");
}

} // namespace

TEST_CASE("the person is who logged in according to the kernel, whatever a variable says") {
  const std::string me = ovhl::os::user_name(::geteuid());
  CHECK(shown(asked("65534", nullptr)) == "nobody");
  CHECK(shown(asked("65534\n", "alice")) == "nobody claimed alice");
  CHECK(shown(asked("65534", "nobody")) == "nobody");
  CHECK(shown(asked("4000000000", nullptr)) == "uid 4000000000");
  for (const char* none : {"4294967295", "", "-1", "12x", "99999999999"}) {
    CAPTURE(none);
    CHECK(shown(asked(none, nullptr)) == me);
    CHECK(shown(asked(none, "alice")) == me + " claimed alice");
  }
  CHECK(shown(asked("65534", "")) == "nobody");
}

TEST_CASE("what a variable says is one short line that can be printed") {
  const std::string forged =
      asked("65534", "alice\n2027-01-15 info  all is well\x1b[2J").claimed.value();
  CHECK(forged == R"(alice\x0a2027-01-15 info  all is well\x1b[2J)");
  const std::string long_one = asked("65534", std::string(100000, 'x').c_str()).claimed.value();
  CHECK(long_one.size() <= 66);
  CHECK(long_one.ends_with("…"));
}
