// Who this process is, and how it becomes a user with fewer rights.
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace ovhl::os {

// Before root writes into another user's directory: becomes that user permanently, with that user's
// primary group only, so that files there cannot trick root. Returns the user's name; nothing if we
// are not root, if the directory belongs to root, or if it does not exist (whoever opens a file
// there reports that). The error says why it is not safe to continue.
result<std::optional<std::string>> become_owner_of(const std::filesystem::path& directory);

} // namespace ovhl::os
