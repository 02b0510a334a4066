// Everything the program needs to start, read and checked: settings, policy, endpoints and
// credentials. All mistakes are reported at once.
#pragma once

#include "config/policy_file.hpp"
#include "config/settings.hpp"
#include "os/log.hpp"
#include "ovh/client/endpoint.hpp"
#include "ovh/credentials/credentials.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ovhl::agent {

struct account_setup {
  config::account account;
  ovh::endpoint endpoint;
  ovh::credentials credentials;
  std::string ca_sha256; // of the ca_file's content; empty without one
};

struct setup {
  config::settings settings;
  std::shared_ptr<const config::policy_file> policy;
  std::vector<account_setup> accounts;
  // Grows with each reload: compare it after an await to notice one.
  std::uint64_t epoch = 0;
};

struct read_outcome {
  std::optional<setup> value;                         // null if anything is wrong
  std::vector<config::diagnostic> mistakes, warnings; // in the files
  std::vector<error> problems;                        // with endpoints and credentials

  // All mistakes in one line, for the status file and the log: the first, and how many more.
  std::string summary() const;
};

// Only configuration and policy; no accounts.
read_outcome read_files(const std::filesystem::path& config);
// Configuration, policy and the files that accounts name. Skips accounts without credentials_file:
// their credentials may differ between where the program is checked and where it runs.
read_outcome read_named_files(const std::filesystem::path& config, const ovh::surroundings&);
// Everything.
read_outcome read_setup(const std::filesystem::path& config, const ovh::surroundings&);
// Everything, for a reload: the ledger in use stays in use until a restart, whatever the file says.
read_outcome read_again(const std::filesystem::path& config, const ovh::surroundings&,
                        const std::filesystem::path& ledger_in_use);

// The strongest mode in the policy; `report` if the configuration turns corrections off.
licensing::mode strongest_mode(const setup&) noexcept;

// The log settings, as the log takes them.
os::log_format log_format_of(const config::settings&) noexcept;
os::level log_level_of(const config::settings&) noexcept;

} // namespace ovhl::agent
