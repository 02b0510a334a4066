// Everything the program needs to begin, read and checked: settings, policy, endpoints and
// credentials. All that is wrong is said at once.
#pragma once

#include "config/policy_file.hpp"
#include "config/settings.hpp"
#include "os/log.hpp"
#include "ovh/credentials.hpp"
#include "ovh/endpoint.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace ovhl::agent {

struct account_setup {
  config::account account;
  ovh::endpoint endpoint;
  ovh::credentials credentials;
};

struct setup {
  config::settings settings;
  std::shared_ptr<const config::policy_file> policy;
  std::vector<account_setup> accounts;
};

struct read_outcome {
  std::optional<setup> value;                         // if and only if nothing is wrong
  std::vector<config::diagnostic> mistakes, warnings; // in the files
  std::vector<error> problems;                        // with endpoints and credentials

  // All of it in one line, for the status file and the log: the first mistake and how many more
  // there are.
  std::string summary() const;
};

// Configuration and policy alone, as `check` without a network does.
read_outcome read_files(const std::filesystem::path& config);
// Configuration, policy and credentials.
read_outcome read_setup(const std::filesystem::path& config, const ovh::surroundings&);

// How the settings want the log, in its own terms.
os::log_format log_format_of(const config::settings&) noexcept;
os::level log_level_of(const config::settings&) noexcept;

} // namespace ovhl::agent
