// How long an errand may wait for what, and how long it has waited. Pure: the time is told.
#pragma once

#include <chrono>
#include <optional>

namespace ovhl::errand {

using time_point = std::chrono::steady_clock::time_point;

// How long things may take.
struct patience {
  // A request whose answer was lost may still take effect for so long, and what a trace has done
  // may take as long to show; after it, what is not there will not come.
  std::chrono::seconds settling{60};
  int rounds = 3; // of looks before the request, where its turn comes too late after them
  std::chrono::seconds others{300}; // at work on the same thing
  // A trace that exists may not be found for so long; what it is about, too: not before is it gone.
  std::chrono::seconds unreadable{300};
  std::chrono::seconds trace{3600};           // ours, to its end
  std::chrono::milliseconds first_pause{250}; // between two reads of a trace; doubles …
  std::chrono::milliseconds longest_pause{30'000};
};

class waiting {
 public:
  explicit waiting(const patience& p) : patience_(p) {}

  const patience& limits() const noexcept { return patience_; }
  void begin(time_point now); // for something else
  // Each longer than the one before, but not beyond `latest`.
  std::chrono::milliseconds next_pause(time_point now, std::optional<time_point> latest);

  void answered(time_point now) noexcept { answered_at_ = now; }
  bool is_unanswered_too_long(time_point now) const noexcept {
    return now - answered_at_ >= patience_.unreadable;
  }
  time_point latest_for_others() const noexcept { return since_ + patience_.others; }

  void there() noexcept { gone_since_.reset(); } // what it is about
  bool is_gone_for_good(time_point now);         // it was looked for again and again

 private:
  patience patience_;
  std::chrono::milliseconds pause_{};    // the next one
  time_point since_{};                   // it waits for what it waits for now
  time_point answered_at_{};             // when that could be read the last time
  std::optional<time_point> gone_since_; // what it is about: each time it was asked for
};

} // namespace ovhl::errand
