// The API's rate limit: a token bucket that holds a minute's requests.
#pragma once

#include <algorithm>
#include <chrono>

namespace ovhl::sim {

class budget {
 public:
  using time_point = std::chrono::system_clock::time_point;

  void set(int per_minute, time_point now) {
    per_minute_ = per_minute;
    left_ = per_minute;
    at_ = now;
  }
  int per_minute() const { return per_minute_; }

  // Takes a token; false: there is none.
  bool take(time_point now) {
    if (per_minute_ == 0) return true;
    const std::chrono::duration<double, std::ratio<60>> minutes = now - at_;
    left_ = std::min<double>(per_minute_, left_ + std::max(minutes.count(), 0.0) * per_minute_);
    at_ = now;
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }

  // How long until the next token, rounded up.
  std::chrono::seconds wait() const {
    return std::chrono::ceil<std::chrono::seconds>(
        std::chrono::duration<double>((1 - left_) * 60 / std::max(per_minute_, 1)));
  }

 private:
  int per_minute_ = 0;
  double left_ = 0;
  time_point at_{};
};

} // namespace ovhl::sim
