// A claim asks a running daemon for its ledger: the process locks a file beside the ledger and
// keeps the lock until it ends. However it ends, the kernel releases the lock.
#pragma once

#include "base/descriptor.hpp"
#include "ledger/holder.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ovhl::ledger {

class claim {
 public:
  // `person`: on whose behalf. Fails as `held` if somebody else has a claim already.
  static boost::system::result<claim, open_failure> lay(const std::filesystem::path& ledger,
                                                        const holder&, std::string_view person);

 private:
  explicit claim(descriptor file) noexcept : file_(std::move(file)) {}

  descriptor file_; // closing it releases the lock
};

// On whose behalf the ledger is asked for now; nothing: nobody asks. Takes no lock, so it hinders
// nobody.
std::optional<std::string> claimed_by(const std::filesystem::path& ledger);

std::filesystem::path claim_file(std::filesystem::path ledger);

} // namespace ovhl::ledger
