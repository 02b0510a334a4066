// The files that a configuration names: none may be written where another is written or read.
#pragma once

#include "config/reader.hpp"
#include "config/settings.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ovhl::config {

struct named_path {
  enum class use : std::uint8_t { read, credentials, written };

  std::string name; // as a message calls it: "'status.file'"
  std::filesystem::path path;
  use how = use::read;
  bool of_ledger = false;     // the ledger, or a file beside it
  std::optional<position> at; // where it stands, if it does
};

// What the settings call that file; nothing: they do not name it. The files beside the ledger, and
// those of credentials that all OVHcloud tools share, count.
std::optional<named_path> named_so(const settings&, const std::filesystem::path&);

// Says each pair that meets, at the key that is to be changed.
void check_paths(report&, const node& root, const settings&);
// What would be written over a ledger that is in use, and stays so until a restart.
std::optional<named_path> meets(const settings&, const std::filesystem::path& ledger_in_use);

} // namespace ovhl::config
