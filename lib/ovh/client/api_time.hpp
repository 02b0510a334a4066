// OVHcloud's time: what it last reported, continued by the steady clock, which nobody can set.
// Pure.
#pragma once

#include "base/timestamp.hpp"
#include "loop/clock.hpp"
#include "ovh/http/http_date.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace ovhl::ovh {

struct api_time {
  instant reported;
  loop::steady_point at; // when it was reported

  instant now(loop::steady_point t) const {
    return reported + std::chrono::floor<std::chrono::seconds>(t - at);
  }
};

// The time in an answer's Date. Nothing: it is invalid, or the answer took so long that the time is
// not exact.
inline std::optional<api_time> api_time_from(std::string_view date, loop::steady_point asked,
                                             loop::steady_point answered) {
  if (answered - asked > std::chrono::seconds(10)) return std::nullopt;
  const auto time = parse_http_date(date);
  if (!time) return std::nullopt;
  return api_time{*time, answered};
}

} // namespace ovhl::ovh
