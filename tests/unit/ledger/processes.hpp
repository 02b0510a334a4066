// Parts of a test that run in a process of their own: to be killed, or without root's privileges.
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <functional>
#include <string>
#include <string_view>

namespace ovhl::ledger::testing {

class child {
 public:
  using say = std::function<void(std::string_view)>;

  // Runs `part`, then waits for its end.
  explicit child(const std::function<void(const say&)>& part) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      part([&](std::string_view what) {
        [[maybe_unused]] const auto said = ::write(ends[1], what.data(), what.size());
        ::close(ends[1]);
        ::pause();
      });
      ::_exit(0);
    }
    ::close(ends[1]);
    for (std::array<char, 512> part_of_it{};;) {
      const ssize_t length = ::read(ends[0], part_of_it.data(), part_of_it.size());
      if (length <= 0) break;
      heard_.append(part_of_it.data(), static_cast<std::size_t>(length));
    }
    ::close(ends[0]);
  }
  ~child() { kill(); }
  child(const child&) = delete;
  child& operator=(const child&) = delete;

  const std::string& heard() const noexcept { return heard_; }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  pid_t pid_ = 0;
  std::string heard_;
};

// What it says when permissions bind, as they do not bind root.
inline std::string without_privileges(const std::function<std::string()>& part) {
  return child([&](const child::say& say) {
           if (::geteuid() == 0 && (::setegid(65534) != 0 || ::seteuid(65534) != 0))
             say("(privileges could not be dropped)");
           say(part());
         })
      .heard();
}

} // namespace ovhl::ledger::testing
