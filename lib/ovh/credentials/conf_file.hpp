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
  std::filesystem::path target; // after following links
  bool exists = false;
  mode_t mode = 0; // before it is written
  // The section's credentials; an application key and secret may lack their consumer key.
  std::optional<secret> application_key, application_secret;
};

// Tries everything that writing keys needs, without writing them: the file is an ovh.conf whose
// section accepts them, and a new file can be created beside it.
result<conf_facts> can_write_keys(const std::filesystem::path& file, std::string_view section);

// Reads the file again, sets the keys and replaces it atomically by a file of mode 0600 with the
// same owner.
result<void> write_keys(const std::filesystem::path& file, std::string_view section,
                        const application_credentials&);

} // namespace ovhl::ovh
