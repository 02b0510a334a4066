// The lock that allows one writer at a time: a file beside the ledger that is locked while its
// process lives and names that process.
#pragma once

#include "base/descriptor.hpp"
#include "base/names.hpp"
#include "ledger/holder.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace ovhl::ledger {

class lock {
 public:
  static boost::system::result<lock, open_failure> take(const std::filesystem::path& ledger,
                                                        const holder&);

  // Whether the locked file is the one at this path.
  bool is_at(const std::filesystem::path&) const noexcept;

 private:
  explicit lock(descriptor file) noexcept : file_(std::move(file)) {}

  descriptor file_; // closing it releases the lock
};

// The second line in a lock file: what its process does when somebody asks for the ledger.
enum class when_asked : std::uint8_t { keeps, yields };
std::string_view name(when_asked) noexcept; // "" for keeps: there is no such line

// The content of a lock file, and one of its lines, counted from 0.
std::string signature(const holder&);
std::string line_of(int fd, std::size_t which);
// The failure for a ledger in use, by the holder that this line names.
open_failure taken(const std::filesystem::path& ledger, const std::string& by);

} // namespace ovhl::ledger

namespace ovhl {

template <>
inline constexpr auto names<ledger::when_asked> =
    std::array{ledger::when_asked::keeps, ledger::when_asked::yields};

} // namespace ovhl
