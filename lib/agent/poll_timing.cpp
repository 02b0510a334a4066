#include "agent/poll_timing.hpp"

#include "agent/schedule.hpp"

namespace ovhl::agent {

instant poll_timing::plan(std::chrono::seconds interval, int failures) {
  const double roll = std::uniform_real_distribution<double>(0.0, 1.0)(random_);
  const auto wait = pause(interval, failures, roll);
  next_ = clock_.now() + wait;
  return clock_.wall() + std::chrono::round<std::chrono::seconds>(wait);
}

} // namespace ovhl::agent
