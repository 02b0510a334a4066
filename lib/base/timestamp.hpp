// Points in time as text: RFC 3339 in UTC, whole seconds, and calendar dates.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ovhl {

using instant = std::chrono::sys_seconds;
using day = std::chrono::sys_days;

std::string timestamp(instant); // 2026-11-20T21:48:00Z
std::optional<instant>
    parse_timestamp(std::string_view) noexcept; // with Z or an offset; fractions are cut off

std::string minute_text(instant);                         // 2026-11-20 21:48 UTC
std::string date_text(day);                               // 2027-06-30
std::optional<day> parse_date(std::string_view) noexcept; // only days that exist

} // namespace ovhl
