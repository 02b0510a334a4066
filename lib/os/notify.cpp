#include "os/notify.hpp"

#include "base/text.hpp"
#include "os/datagram.hpp"

#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace ovhl::os {

namespace {

void send(const std::string& state) {
  if (const char* const address = std::getenv("NOTIFY_SOCKET")) send_datagram(address, state);
}

std::optional<std::int64_t> number_in(const char* variable) {
  const char* const text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  const char* const end = text + std::char_traits<char>::length(text);
  std::int64_t value = 0;
  const auto [rest, failed] = std::from_chars(text, end, value);
  if (failed != std::errc() || rest != end) return std::nullopt;
  return value;
}

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
  const auto microseconds = number_in("WATCHDOG_USEC");
  if (!microseconds || *microseconds <= 0) return std::nullopt;
  // The variables are inherited: they may be meant for the process that started us.
  if (std::getenv("WATCHDOG_PID") != nullptr && number_in("WATCHDOG_PID") != ::getpid())
    return std::nullopt;
  // More often is never needed, and the value must fit into a clock's nanoseconds.
  constexpr std::chrono::microseconds least = std::chrono::milliseconds(50),
                                      most = std::chrono::hours(1);
  return std::clamp(std::chrono::microseconds(*microseconds / 2), least, most);
}

} // namespace ovhl::os
