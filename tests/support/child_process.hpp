// A part of a test in a process of its own: to be killed, or to give up privileges.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>

namespace ovhl::test {

class child_process {
 public:
  using say = std::function<void(std::string_view)>;

  // Runs `part` until it has said something, or has ended without; then it waits to be killed.
  explicit child_process(const std::function<void(const say&)>& part);
  ~child_process() { kill(); }
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  const std::string& heard() const noexcept { return heard_; }
  void kill();

 private:
  pid_t pid_ = 0;
  std::string heard_;
};

// What the part returns.
std::string in_a_child(const std::function<std::string()>& part);
// The same where permissions bind, as they do not bind root.
std::string without_privileges(const std::function<std::string()>& part);

} // namespace ovhl::test
