// One writer at a time: a file beside the ledger that is locked as long as its process lives, and
// says who that is.
#pragma once

#include "ledger/store.hpp"

#include <filesystem>

namespace ovhl::ledger {

class lock {
 public:
  static boost::system::result<lock, store::refusal> take(const std::filesystem::path& ledger,
                                                          const holder&);
  ~lock();
  lock(lock&&) noexcept;
  lock& operator=(lock&&) noexcept;

  // Whether the locked file is the one at this path.
  bool is_at(const std::filesystem::path&) const noexcept;

 private:
  explicit lock(int fd) noexcept : fd_(fd) {}

  int fd_;
};

} // namespace ovhl::ledger
