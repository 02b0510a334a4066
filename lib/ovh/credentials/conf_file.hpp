// Writes an ovh.conf: checked early, so that no key is requested that could not be saved, and
// replaced atomically.
#pragma once

#include "ovh/credentials/credentials.hpp"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace ovhl::ovh {

struct conf_facts {
  std::filesystem::path target; // what a link leads to
  bool exists = false;
  mode_t mode = 0; // before it is written
  // Of the section's; an application's key and secret may be there without a consumer key.
  std::optional<secret> application_key, application_secret;
};

// Tries everything that writing keys into it takes, short of writing them: the file is an ovh.conf
// whose section can take them, and a file can be made and moved to its place beside it.
result<conf_facts> look_at_conf(const std::filesystem::path& file, std::string_view section);

// Reads it anew, puts the keys in their places and replaces it by a file of mode 0600; its owner
// stays. What it was before is complete until the moment when what it becomes is.
result<void> write_keys(const std::filesystem::path& file, std::string_view section,
                        const application_credentials&);

} // namespace ovhl::ovh
