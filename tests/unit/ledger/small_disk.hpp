// A disk that is full, as far as a writer can tell.
#pragma once

#include <sys/resource.h>

#include <csignal>

namespace ovhl::ledger::testing {

// No file may grow beyond `bytes` while this stands.
class small_disk {
 public:
  explicit small_disk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limited{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limited);
  }
  ~small_disk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

} // namespace ovhl::ledger::testing
