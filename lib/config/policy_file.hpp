// policy.yaml → licensing::policy.
#pragma once

#include "config/diagnostic.hpp"
#include "licensing/policy.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace ovhl::config {

struct policy_file {
  licensing::policy policy;
  std::filesystem::path path;
  std::string text;   // as read, for the record
  std::string sha256; // of the text
};

checked<policy_file> parse_policy(std::string_view text, const std::filesystem::path& file);
checked<policy_file> read_policy(const std::filesystem::path& file);

} // namespace ovhl::config
