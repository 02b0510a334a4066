#include "os/signals_blocked.hpp"

namespace ovhl::os {

signals_blocked::signals_blocked() noexcept {
  sigset_t all;
  sigemptyset(&all);
  for (const int number : ending_signals)
    sigaddset(&all, number);
  ::sigprocmask(SIG_BLOCK, &all, &before_);
}

signals_blocked::~signals_blocked() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

} // namespace ovhl::os
