// OVHcloud's time: the last one it reported, continued by the steady clock, which nobody can set.
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
  instant said;
  loop::steady_point at; // when it was reported

  instant now(loop::steady_point t) const {
    return said + std::chrono::floor<std::chrono::seconds>(t - at);
  }
};

// The time in an answer's Date; nothing if it is invalid, or if the answer took so long that the
// time is not exact.
inline std::optional<api_time> said_by(std::string_view date, loop::steady_point asked,
                                       loop::steady_point answered) {
  if (answered - asked > std::chrono::seconds(10)) return std::nullopt;
  const auto said = parse_http_date(date);
  if (!said) return std::nullopt;
  return api_time{*said, answered};
}

} // namespace ovhl::ovh
