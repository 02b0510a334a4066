// Takes every problem. It is logged when it begins and when it clears, and shown meanwhile.
#pragma once

#include "agent/event_log.hpp"
#include "agent/problems.hpp"
#include "loop/clock.hpp"

#include <string>
#include <vector>

namespace ovhl::agent {

class problem_reporter {
 public:
  problem_reporter(problems& mine, event_log& events, const loop::clock& clock)
      : mine_(mine), events_(events), clock_(clock) {}

  // `now` is everything that is wrong with the source; nothing: all is well.
  void report(const std::string& source, const std::vector<error>& now) {
    events_.problems(mine_.update(source, now, clock_.wall()));
  }
  // An unexpected exception.
  void bug(const std::string& in, const std::string& what);

 private:
  problems& mine_;
  event_log& events_;
  const loop::clock& clock_;
};

} // namespace ovhl::agent
