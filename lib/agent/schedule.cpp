#include "agent/schedule.hpp"

#include <algorithm>

namespace ovhl::agent {

std::chrono::milliseconds pause(std::chrono::seconds interval, int failures, double roll) noexcept {
  using std::chrono::milliseconds;
  constexpr milliseconds longest = std::chrono::hours(1);
  const milliseconds base = interval;
  const milliseconds grown =
      std::clamp(base * (1 << std::clamp(failures, 0, 3)), base, std::max(base, longest));
  const double jitter = 0.9 + 0.2 * std::clamp(roll, 0.0, 1.0);
  return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(grown.count()) * jitter));
}

std::chrono::milliseconds pause_before_writing(bool corrections_running,
                                               std::chrono::nanoseconds took) noexcept {
  using std::chrono::milliseconds;
  const milliseconds least = std::chrono::seconds(corrections_running ? 10 : 1);
  return std::max(least, std::chrono::ceil<milliseconds>(took) * 10);
}

} // namespace ovhl::agent
