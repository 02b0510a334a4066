// A progress line with the time left, shown on a terminal to a person who waits longer than two
// seconds. It is erased before anything else is printed.
#pragma once

#include "base/terminal.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace ovhl::os {

class progress {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  // `doing` is what the person waits for: "looking at VMs".
  progress(terminal, std::string doing, time_point start, int fd = 2);
  ~progress() { clear(); }
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

  // Cheap to call often: it draws at most ten times a second. A total of 0 is not known yet.
  void update(std::size_t done, std::size_t total, time_point now);
  // The same with other words, shown unchanged.
  void say(std::string_view line, time_point now);
  void clear();

 private:
  void draw(std::string_view line);

  terminal terminal_;
  std::string doing_;
  time_point start_;
  time_point next_; // no drawing before
  int fd_;
  std::size_t drawn_ = 0; // columns taken
};

// "looking at VMs: 3,400 of 12,000, 28 %, 9 s left", cut to `width` columns.
std::string progress_line(std::string_view doing, std::size_t done, std::size_t total,
                          std::chrono::milliseconds elapsed, std::size_t width);

} // namespace ovhl::os
