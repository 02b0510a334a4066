// A full disk, as far as a writer can tell: no file of this process may grow beyond so many bytes.
#pragma once

#include <sys/resource.h>

namespace ovhl::test {

class small_disk {
 public:
  explicit small_disk(rlim_t bytes);
  ~small_disk();
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

} // namespace ovhl::test
