#include "os/notify.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include <cstdint>
#include <string>

namespace ovhl::os {

namespace {

void send(const std::string& state) { sd_notify(0, state.c_str()); }

// A line break in a status would begin another assignment.
std::string status_line(std::string_view status) { return "STATUS=" + printable(status); }

} // namespace

void notify_ready(std::string_view status) { send("READY=1\n" + status_line(status)); }
void notify_status(std::string_view status) { send(status_line(status)); }
void notify_stopping() { send("STOPPING=1"); }
void notify_watchdog() { send("WATCHDOG=1"); }

void notify_reloading() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t microseconds = std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
  send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", microseconds));
}

std::optional<std::chrono::microseconds> watchdog_interval() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::microseconds(microseconds / 2);
}

} // namespace ovhl::os
