// The three kinds of credentials. They are read from the INI file and the environment variables
// that all OVHcloud tools share.
#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"
#include "ovh/credentials/ini.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ovhl::ovh {

struct application_credentials {
  std::string application_key;
  secret application_secret;
  secret consumer_key;

  friend bool operator==(const application_credentials&, const application_credentials&) = default;
};
struct oauth2_credentials {
  std::string client_id;
  secret client_secret;

  friend bool operator==(const oauth2_credentials&, const oauth2_credentials&) = default;
};
struct token_credentials {
  secret access_token;

  friend bool operator==(const token_credentials&, const token_credentials&) = default;
};
using credentials = std::variant<application_credentials, oauth2_credentials, token_credentials>;

// Reads a small file whole and leaves no other copy of its content in memory.
result<std::string> read_secretly(int fd, const std::filesystem::path& named);

// What a search for credentials reads; tests pass their own.
struct surroundings {
  std::function<std::optional<std::string>(const char*)> variable; // getenv
  std::vector<std::filesystem::path>
      shared_files; // ./ovh.conf (not for root), ~/.ovh.conf, /etc/ovh.conf: the first wins
};
surroundings real_surroundings();

// If the account names a `file`: its copy from systemd in $CREDENTIALS_DIRECTORY, else the file
// itself. If not: $CREDENTIALS_DIRECTORY/ovh.conf if it exists, else the shared files, overridden
// by the OVH_* variables. Exactly one kind must be configured. A file that group or others can
// read, or that belongs neither to root nor to us, is refused, except in $CREDENTIALS_DIRECTORY,
// which systemd protects. `section` is the endpoint as written; if empty, the `endpoint` of
// [default].
result<credentials> find_credentials(std::string_view section,
                                     const std::optional<std::filesystem::path>& file,
                                     const surroundings&);

} // namespace ovhl::ovh
