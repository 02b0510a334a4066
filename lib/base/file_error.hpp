// errno in words, and as an error about a file.
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace ovhl {

std::string errno_text(int code); // "No such file or directory"

// What a person can do, by what went wrong; empty: there is no advice.
struct file_advice {
  std::string missing = {};
  std::string not_a_directory = {}; // the file's directory is none
  std::string is_a_directory = {};
  std::string forbidden = {};
  std::string read_only = {}; // its file system
  std::string full = {};      // the same, or a limit
};
// "PATH: WHAT No such file or directory; ADVICE", where WHAT is "cannot be read: ".
error file_error(const std::filesystem::path&, std::string_view what, int code,
                 const file_advice& = {});

} // namespace ovhl
