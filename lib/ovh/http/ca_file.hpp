// An additional trusted certificate, as a configuration names it.
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <string>

namespace ovhl::ovh {

// The SHA-256 of a file that holds at least one certificate in PEM, so that another content under
// the same name can be told; anything else is refused.
result<std::string> ca_file_digest(const std::filesystem::path&);

} // namespace ovhl::ovh
