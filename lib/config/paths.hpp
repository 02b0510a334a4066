// The files that a configuration names. None may be written over another that is written or read.
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
  std::optional<position> at; // in the configuration; none: it is a default
};

// What the settings call this file; nothing: they do not name it. The files beside the ledger and
// the credentials that all OVHcloud tools share count as named.
std::optional<named_path> named_so(const settings&, const std::filesystem::path&);

// Reports each pair of names for the same file, at the key to be changed.
void check_paths(report&, const node& root, const settings&);
// A file of the settings that would overwrite the ledger in use. A reload does not change which
// ledger that is; only a restart does.
std::optional<named_path> meets(const settings&, const std::filesystem::path& ledger_in_use);

} // namespace ovhl::config
