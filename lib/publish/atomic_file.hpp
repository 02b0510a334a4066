// Replacing a file so that a reader sees the old or the new content, never a part: written beside
// it, synced, renamed. A link that root or we made is followed, and the file it leads to replaced;
// anybody else's could lead us to overwrite a file of ours in their stead.
#pragma once

#include "base/error.hpp"

#include <sys/types.h>

#include <filesystem>
#include <string_view>

namespace ovhl::publish {

result<void> replace_file(const std::filesystem::path&, std::string_view content,
                          mode_t mode = 0644);

} // namespace ovhl::publish
