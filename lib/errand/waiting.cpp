#include "errand/waiting.hpp"

#include <algorithm>
#include <utility>

namespace ovhl::errand {

void waiting::begin(time_point now) {
  since_ = answered_at_ = now;
  pause_ = patience_.first_pause;
}

std::chrono::milliseconds waiting::next_pause(time_point now, std::optional<time_point> latest) {
  using std::chrono::milliseconds;
  milliseconds how_long = std::exchange(pause_, std::min(pause_ * 2, patience_.longest_pause));
  if (latest && *latest > now)
    how_long = std::min(how_long, std::chrono::ceil<milliseconds>(*latest - now));
  return how_long;
}

bool waiting::object_is_gone(time_point now) {
  if (!gone_since_) gone_since_ = now;
  return now - *gone_since_ >= patience_.unreadable;
}

} // namespace ovhl::errand
