// Reads plan files for `apply --plan` and `plan --show`.
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <string>

namespace ovhl {

struct plan_file {
  std::string text;
  std::string sha256; // as sha256sum has it
};
// The whole file. Anything but a regular file is refused, and so is one larger than any plan.
result<plan_file> read_plan_file(const std::filesystem::path&);

} // namespace ovhl
