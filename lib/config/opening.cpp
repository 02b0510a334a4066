#include "config/opening.hpp"

#include <date/tz.h>

#include <algorithm>
#include <optional>

namespace ovhl::config {

namespace {

using licensing::time_window;

constexpr std::chrono::days year(366);

struct span {
  instant begin, end;
};

// The moment of a local time. Where the clock jumps over that time, it is the moment of the jump;
// where that time occurs twice, `last` takes the second.
instant at(const date::time_zone& zone, date::local_seconds local, bool last) {
  const date::local_info info = zone.get_info(local);
  if (info.result == date::local_info::nonexistent) return info.first.end;
  const bool second = info.result == date::local_info::ambiguous && last;
  return instant(local.time_since_epoch() - (second ? info.second : info.first).offset);
}

bool begins_on(const time_window& w, date::local_days day) {
  const unsigned index = date::weekday(day).iso_encoding() - 1; // 0: Monday
  return ((static_cast<unsigned>(w.days) >> index) & 1U) != 0;
}

span on(const time_window& w, date::local_days day, const date::time_zone& zone) {
  const bool past_midnight = w.to <= w.from;
  return {at(zone, day + w.from, false),
          at(zone, day + date::days(past_midnight ? 1 : 0) + w.to, true)};
}

// The window's opening now, or its next one if that begins within a year.
std::optional<span> next(const time_window& w, instant now) {
  const date::time_zone& zone = *date::locate_zone(w.time_zone);
  const auto today = date::floor<date::days>(zone.to_local(now));
  for (date::local_days day = today - date::days(2); day <= today + year; day += date::days(1)) {
    if (!begins_on(w, day)) continue;
    const span s = on(w, day, zone);
    if (s.end > now && s.begin < s.end) return s;
  }
  return std::nullopt;
}

} // namespace

licensing::opening opening_at(const std::vector<time_window>& windows, instant now) {
  licensing::opening result;
  result.open = windows.empty();
  for (const time_window& w : windows) {
    const auto coming = next(w, now);
    if (!coming) continue;
    if (coming->begin <= now) return {};
    result.until = std::min(result.until.value_or(coming->begin), coming->begin);
  }
  return result;
}

} // namespace ovhl::config
