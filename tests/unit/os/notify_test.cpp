#include "os/notify.hpp"
#include "support/environment_variable.hpp"
#include "support/notify_socket.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdint>
#include <string>

namespace os = ovhl::os;
using ovhl::test::monotonic_microseconds;
using variable = ovhl::test::environment_variable;

TEST_CASE("systemd hears exactly what it is told") {
  const ovhl::test::notify_socket systemd;
  const variable socket("NOTIFY_SOCKET", systemd.path());

  os::notify_ready("polling 2 accounts");
  CHECK(systemd.heard() == "READY=1\nSTATUS=polling 2 accounts");
  os::notify_status("1200 VMs, 12 corrections are due");
  CHECK(systemd.heard() == "STATUS=1200 VMs, 12 corrections are due");
  os::notify_watchdog();
  CHECK(systemd.heard() == "WATCHDOG=1");
  os::notify_stopping();
  CHECK(systemd.heard() == "STOPPING=1");
  CHECK(systemd.heard() == std::nullopt);
}

TEST_CASE("a status with a line break cannot say anything else to systemd") {
  const ovhl::test::notify_socket systemd;
  const variable socket("NOTIFY_SOCKET", systemd.path());
  os::notify_status("VM 'a\nSTOPPING=1'");
  CHECK(systemd.heard() == "STATUS=VM 'a\\x0aSTOPPING=1'");
}

TEST_CASE("a reload is announced with the monotonic time of its beginning") {
  const ovhl::test::notify_socket systemd;
  const variable socket("NOTIFY_SOCKET", systemd.path());
  const auto before = monotonic_microseconds();
  os::notify_reloading();
  const auto after = monotonic_microseconds();

  const std::string heard = systemd.heard().value_or("");
  const std::string beginning = "RELOADING=1\nMONOTONIC_USEC=";
  REQUIRE(heard.substr(0, beginning.size()) == beginning);
  const auto said = std::stoll(heard.substr(beginning.size()));
  CHECK(before <= said);
  CHECK(said <= after);
  CHECK(heard == beginning + std::to_string(said));
}

TEST_CASE("without NOTIFY_SOCKET nobody is told and nothing fails") {
  const variable socket("NOTIFY_SOCKET", std::nullopt);
  CHECK_NOTHROW(os::notify_ready("ready"));
  CHECK_NOTHROW(os::notify_reloading());
}

TEST_CASE("the watchdog is notified twice in its time, if it is meant for this process") {
  const std::string self = std::to_string(::getpid());
  struct {
    std::optional<std::string> usec, pid;
    std::optional<std::chrono::microseconds> interval;
  } const table[] = {
      {"30000000", std::nullopt, std::chrono::seconds(15)},
      {"30000000", self, std::chrono::seconds(15)},
      {"30000000", "1", std::nullopt},
      {std::nullopt, std::nullopt, std::nullopt},
      {"nonsense", std::nullopt, std::nullopt},
      {"30000000x", std::nullopt, std::nullopt},
      {"", std::nullopt, std::nullopt},
      {"0", std::nullopt, std::nullopt},
      {"-30000000", std::nullopt, std::nullopt},
      {"18446744073709551615", std::nullopt, std::nullopt}, // systemd's infinity
      {"1", std::nullopt, std::chrono::milliseconds(50)},
      {"99999", std::nullopt, std::chrono::milliseconds(50)},
      {"9223372036854775807", std::nullopt, std::chrono::hours(1)},
      {"30000000", "nonsense", std::nullopt},
      {"30000000", "", std::nullopt},
  };
  for (const auto& row : table) {
    const variable usec("WATCHDOG_USEC", row.usec);
    const variable pid("WATCHDOG_PID", row.pid);
    const auto interval = os::watchdog_interval();
    REQUIRE(interval.has_value() == row.interval.has_value());
    if (interval) CHECK(interval->count() == row.interval->count());
  }
}
