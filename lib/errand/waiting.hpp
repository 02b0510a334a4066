// How long an errand waits, and for what. Pure: time is an argument.
#pragma once

#include <chrono>
#include <optional>

namespace ovhl::errand {

using time_point = std::chrono::steady_clock::time_point;

// How long things may take.
struct patience {
  // A request whose answer was lost may take effect within this time, and the effect of a trace
  // that has ended may take as long to show. What is not there afterwards will not come.
  std::chrono::seconds settling{60};
  int rounds = 3;                   // of looks, if no request can leave while they are fresh
  std::chrono::seconds others{300}; // somebody else's work on the same thing
  // Reading may fail for so long. The errand's object counts as gone after the same time.
  std::chrono::seconds unreadable{300};
  std::chrono::seconds trace{3600};                // our own, from the request to its end
  std::chrono::milliseconds first_pause{250};      // between two reads; each pause doubles
  std::chrono::milliseconds longest_pause{30'000}; // up to this
};

class waiting {
 public:
  explicit waiting(const patience& p) : patience_(p) {}

  const patience& limits() const noexcept { return patience_; }
  void begin(time_point now); // to wait for something else
  // Each pause is longer than the one before. None goes beyond `latest`.
  std::chrono::milliseconds next_pause(time_point now, std::optional<time_point> latest);

  void answered(time_point now) noexcept { answered_at_ = now; } // what is waited for was read
  bool is_unanswered_too_long(time_point now) const noexcept {
    return now - answered_at_ >= patience_.unreadable;
  }
  time_point latest_for_others() const noexcept { return since_ + patience_.others; }

  void object_found() noexcept { gone_since_.reset(); }
  // The object was not found this time. Whether it has been gone for too long.
  bool object_is_gone(time_point now);

 private:
  patience patience_;
  std::chrono::milliseconds pause_{}; // the next one
  time_point since_{};                // began to wait
  time_point answered_at_{};          // what is waited for was last read
  std::optional<time_point> gone_since_;
};

} // namespace ovhl::errand
