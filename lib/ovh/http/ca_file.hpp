// The file with an additional trusted certificate that a configuration names.
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <string>

namespace ovhl::ovh {

// The SHA-256 of a file with at least one certificate in PEM, so that a changed content is noticed;
// any other file is refused.
result<std::string> ca_file_digest(const std::filesystem::path&);

} // namespace ovhl::ovh
