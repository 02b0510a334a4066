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

// A file that credentials would be read from, and what is wrong with it.
struct conf_outlook {
  std::filesystem::path path;
  std::optional<error> wrong;  // with its owner, its mode or its path
  std::optional<error> hidden; // we may not look at it
};
std::vector<conf_outlook> look_at_confs(const std::optional<std::filesystem::path>& file,
                                        const surroundings&);

} // namespace ovhl::ovh
