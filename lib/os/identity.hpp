// Who this process is, and how it becomes a user with fewer rights.
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace ovhl::os {

// Where root is to write into a directory that belongs to somebody else: becomes that user for
// good, with that user's primary group and no other, so that nothing that lies there can lead root
// astray. Returns how that user is called; nothing where we are not root, where the directory is
// root's, or where there is none, which whoever opens something there says better. The error says
// why it is not safe to go on.
result<std::optional<std::string>> become_owner_of(const std::filesystem::path& directory);

} // namespace ovhl::os
