// Blocks the signals that end a program (SIGINT, SIGTERM, SIGHUP, SIGQUIT) while it exists.
#pragma once

#include <array>
#include <csignal>

namespace ovhl::os {

inline constexpr std::array<int, 4> ending_signals{SIGINT, SIGTERM, SIGQUIT, SIGHUP};

class signals_blocked {
 public:
  signals_blocked() noexcept;
  ~signals_blocked();
  signals_blocked(const signals_blocked&) = delete;
  signals_blocked& operator=(const signals_blocked&) = delete;

  const sigset_t& mask_before() const noexcept { return before_; } // for ppoll(2)

 private:
  sigset_t before_{};
};

} // namespace ovhl::os
