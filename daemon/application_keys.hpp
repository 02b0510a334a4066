// An application's key and secret, from a file, variables or a person.
#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"
#include "ovh/credentials/conf_file.hpp"

#include <filesystem>
#include <string>

namespace ovhl {

struct application_keys {
  std::string key;
  ovhl::secret secret;
  std::string from; // "ovh.conf"
};

// From the file, else from variables, else from the person at the terminal, who is shown where to
// create an application.
result<application_keys> find_application_keys(const ovh::conf_facts&,
                                               const std::filesystem::path& file,
                                               const std::string& create_url);

} // namespace ovhl
