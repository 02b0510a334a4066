// The three kinds of credentials, and where they are found: the INI file and the environment
// variables that all OVHcloud tools share.
#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"

#include <filesystem>
#include <functional>
#include <map>
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

// An INI file as sections of keys. Every mistake is an error "ovh.conf:3: ..." that never quotes a
// value.
struct ini {
  std::map<std::string, std::map<std::string, secret, std::less<>>, std::less<>> sections;
};
result<ini> parse_ini(std::string_view text, std::string_view file_name);

// A small file to its end, leaving no copy of it behind but the one given.
result<std::string> read_secretly(int fd, const std::filesystem::path& named);

// What a search for credentials may look at; tests give their own.
struct surroundings {
  std::function<std::optional<std::string>(const char*)> variable; // getenv
  std::vector<std::filesystem::path>
      shared_files; // ./ovh.conf (not for root), ~/.ovh.conf, /etc/ovh.conf: the first wins
};
surroundings real_surroundings();

// Where the account names a `file`: what systemd handed over under that name, in
// $CREDENTIALS_DIRECTORY, else the file itself. Else $CREDENTIALS_DIRECTORY/ovh.conf if it is
// there; else the shared files, with the OVH_* variables above them. Exactly one kind must be
// configured. A file that group or others can read, or that belongs neither to root nor to us, is
// refused ($CREDENTIALS_DIRECTORY is systemd's own affair). `section` is the endpoint as written;
// an empty one means `endpoint` of [default].
result<credentials> find_credentials(std::string_view section,
                                     const std::optional<std::filesystem::path>& file,
                                     const surroundings&);

} // namespace ovhl::ovh
