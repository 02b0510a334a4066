// Talking to systemd (sd_notify(3)); every call does nothing where NOTIFY_SOCKET is not set.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace ovhl::os {

void notify_ready(std::string_view status);
void notify_status(std::string_view status);
void notify_reloading(); // with MONOTONIC_USEC, as Type=notify-reload wants it
void notify_stopping();
void notify_watchdog();
// How often to notify the watchdog (half of WATCHDOG_USEC, within bounds); nothing: it is off.
std::optional<std::chrono::microseconds> watchdog_interval();

} // namespace ovhl::os
