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
  std::string text;   // for the ledger: as read, followed by the default that it extends
  std::string sha256; // of this text
};

// The line between the two parts of `text`.
inline constexpr std::string_view default_begins =
    "# ==== extends: default, as this version of ovh-licensed has it ====\n";

checked<policy_file> parse_policy(std::string_view text, const std::filesystem::path& file);
checked<policy_file> read_policy(const std::filesystem::path& file);

} // namespace ovhl::config
