#include "ovh/client/budget.hpp"

#include <algorithm>

namespace ovhl::ovh {

budget::budget(int requests_per_minute, loop::steady_point now) : paced_(now), held_(now) {
  if (requests_per_minute <= 0) return;
  interval_ = std::chrono::nanoseconds(std::chrono::minutes(1)) / requests_per_minute;
  burst_ = interval_ * (requests_per_minute - 1);
}

loop::steady_point budget::next(loop::steady_point now) const noexcept {
  return std::max({now, held_, paced_ - burst_});
}

void budget::take(loop::steady_point at) noexcept { paced_ = std::max(paced_, at) + interval_; }

void budget::hold_until(loop::steady_point until) noexcept { held_ = std::max(held_, until); }

std::optional<std::uint64_t> budget::possible(loop::steady_point now,
                                              loop::steady_point deadline) const noexcept {
  if (interval_.count() == 0) return std::nullopt;
  const auto first = next(now);
  if (first > deadline) return 0;
  // The n-th request from now may go at the later of `first` and paced + (n-1) intervals - burst.
  const auto paced = std::max(paced_, first);
  return static_cast<std::uint64_t>((deadline - paced + burst_) / interval_) + 1;
}

} // namespace ovhl::ovh
