#include "support/small_disk.hpp"

#include <csignal>

namespace ovhl::test {

small_disk::small_disk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
  ::getrlimit(RLIMIT_FSIZE, &before_);
  const rlimit limited{bytes, before_.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &limited);
}

small_disk::~small_disk() {
  ::setrlimit(RLIMIT_FSIZE, &before_);
  std::signal(SIGXFSZ, handler_);
}

} // namespace ovhl::test
