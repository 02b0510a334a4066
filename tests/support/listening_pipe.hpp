// A pipe in the place of a log or a terminal.
#pragma once

#include <array>
#include <string>
#include <vector>

namespace ovhl::test {

class listening_pipe {
 public:
  listening_pipe();
  ~listening_pipe();
  listening_pipe(const listening_pipe&) = delete;
  listening_pipe& operator=(const listening_pipe&) = delete;

  int fd() const noexcept { return ends_[1]; } // to write to; it does not block

  // What was written since the last time.
  std::string heard() const;
  // The same of a log in text: its lines without their times.
  std::vector<std::string> lines_heard() const;

 private:
  std::array<int, 2> ends_{-1, -1};
};

} // namespace ovhl::test
