// Whether a credentials file can be trusted: nobody else may have written it, put it there, or be
// able to read it.
#pragma once

#include "ovh/credentials/credentials.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ovhl::ovh {

// Opens it, checks what it opened, and reads it. systemd's copies have an owner and a mode of
// systemd's own.
enum class kept_by : std::uint8_t { us, systemd };
result<std::string> read_conf(const std::filesystem::path&, kept_by);

// The files that credentials would be taken from, looked at from outside.
struct conf_outlook {
  std::filesystem::path path;
  std::optional<error> wrong;  // its owner, its mode, or how one comes there
  std::optional<error> hidden; // it may not be looked at
};
std::vector<conf_outlook> look_at_confs(const std::optional<std::filesystem::path>& file,
                                        const surroundings&);

} // namespace ovhl::ovh
