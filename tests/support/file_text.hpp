// Whole files. Both functions throw where the file cannot be read or written: a test never goes on
// with half of it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ovhl::test {

std::string file_text(const std::filesystem::path&);
void write_file(const std::filesystem::path&, std::string_view text);

} // namespace ovhl::test
