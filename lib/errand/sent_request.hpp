// A request that may have left: what is recorded of it, and how long it can still take effect.
#pragma once

#include "errand/goal.hpp"
#include "errand/records.hpp"
#include "errand/waiting.hpp"

#include <memory>
#include <optional>

namespace ovhl::errand {

struct sent_request : past {
  std::shared_ptr<const errand::goal> goal;
  errand::waiting waiting;
  time_point sent_at;                         // or earlier
  std::optional<time_point> trace_ended_at{}; // was seen to have ended; or earlier

  // What the request has not done by then, it will not do.
  time_point settled_at() const;
};

} // namespace ovhl::errand
