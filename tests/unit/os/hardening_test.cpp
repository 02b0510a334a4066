#include "os/hardening.hpp"

#include <doctest/doctest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

// In a child, so that a test program that crashes later still leaves its core.
int status_of(bool (*question)()) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(question() ? 0 : 1);
  int status = -1;
  ::waitpid(child, &status, 0);
  return status;
}

} // namespace

TEST_CASE("after forbid_core_dumps no core is written and the process cannot be read") {
  const int status = status_of([] {
    ovhl::os::forbid_core_dumps();
    rlimit core{1, 1};
    ::getrlimit(RLIMIT_CORE, &core);
    return core.rlim_cur == 0 && core.rlim_max == 0 && ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
  });
  CHECK(status == 0);
}
