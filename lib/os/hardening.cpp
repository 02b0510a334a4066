#include "os/hardening.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace ovhl::os {

void forbid_core_dumps() noexcept {
  constexpr rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

} // namespace ovhl::os
