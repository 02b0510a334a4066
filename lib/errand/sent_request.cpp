#include "errand/sent_request.hpp"

#include <algorithm>

namespace ovhl::errand {

time_point sent_request::settled_at() const {
  return std::max(sent_at, trace_ended_at.value_or(sent_at)) + waiting.limits().settling;
}

} // namespace ovhl::errand
