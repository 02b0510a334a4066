// What the tests of this room need of the system: a pipe to listen at, and a variable that is put
// back.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <optional>
#include <string>

namespace ovhl::os::test {

class pipe_end {
 public:
  pipe_end() {
    if (::pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK) != 0) std::abort();
  }
  ~pipe_end() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  pipe_end(const pipe_end&) = delete;
  pipe_end& operator=(const pipe_end&) = delete;

  int to_write() const noexcept { return ends_[1]; }
  // What was written since the last time.
  std::string heard() const {
    std::string text(65536, '\0');
    const auto count = ::read(ends_[0], text.data(), text.size());
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return text;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

class variable {
 public:
  variable(const char* name, const std::optional<std::string>& value) : name_(name) {
    if (const char* const before = std::getenv(name)) before_ = before;
    put(value);
  }
  ~variable() { put(before_); }
  variable(const variable&) = delete;
  variable& operator=(const variable&) = delete;

 private:
  void put(const std::optional<std::string>& value) const {
    if (value)
      ::setenv(name_, value->c_str(), 1);
    else
      ::unsetenv(name_);
  }

  const char* name_;
  std::optional<std::string> before_;
};

} // namespace ovhl::os::test
