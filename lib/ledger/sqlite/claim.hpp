// How a process asks a running daemon for its ledger: it locks a file beside the ledger before it
// asks, and until it ends. However it ends, the kernel releases the lock.
#pragma once

#include "ledger/holder.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace ovhl::ledger {

class claim {
 public:
  // `person`: in whose name. Refused as held where somebody else has asked before.
  static boost::system::result<claim, open_failure> lay(const std::filesystem::path& ledger,
                                                        const holder&, std::string_view person);
  ~claim();
  claim(claim&&) noexcept;
  claim& operator=(claim&&) noexcept;

 private:
  explicit claim(int fd) noexcept : fd_(fd) {}

  int fd_;
};

// In whose name the ledger is asked for now; nothing: nobody asks. Takes no lock, so that looking
// is in nobody's way.
std::optional<std::string> claimed_by(const std::filesystem::path& ledger);

std::filesystem::path claim_file(std::filesystem::path ledger);

} // namespace ovhl::ledger
