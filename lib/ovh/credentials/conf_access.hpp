// Whether a credentials file can be trusted: no other user may be able to write, replace or read
// it.
#pragma once

#include "ovh/credentials/credentials.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ovhl::ovh {

// Opens the file, checks what was opened, and reads it. Copies made by systemd have an owner and a
// mode that systemd chose.
enum class kept_by : std::uint8_t { us, systemd };
result<std::string> read_conf(const std::filesystem::path&, kept_by);

// Whether credentials can be read from a file.
struct conf_access {
  std::filesystem::path path;
  std::optional<error> wrong;  // its owner, mode or path is wrong
  std::optional<error> hidden; // we have no access to it
};
std::vector<conf_access> check_conf_access(const std::optional<std::filesystem::path>& file,
                                           const surroundings&);

} // namespace ovhl::ovh
