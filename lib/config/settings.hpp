// config.yaml as checked values, every default in place and every path made absolute or relative to
// the working directory.
#pragma once

#include "config/diagnostic.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::config {

struct account {
  std::string name;
  std::string endpoint; // as written: a name, or a URL
  std::optional<std::filesystem::path> credentials_file;
  std::optional<std::string> oauth2_token_url;
  std::optional<std::filesystem::path> ca_file;
  std::vector<std::string> services; // empty: every one the account can see

  friend bool operator==(const account&, const account&) = default;
};

enum class listing : std::uint8_t { automatic, pages, each };
enum class log_level : std::uint8_t { debug, info, warning, error };
enum class log_format : std::uint8_t { automatic, journal, text, json };

struct settings {
  std::filesystem::path file;   // this one
  std::filesystem::path policy; // where the policy is
  std::vector<account> accounts;

  struct {
    std::chrono::seconds interval = std::chrono::minutes(5);
    std::chrono::seconds timeout = std::chrono::minutes(4);
  } poll;

  struct api_limits {
    int requests_per_minute = 60; // 0: no limit
    int connections = 4;
    std::chrono::seconds timeout = std::chrono::seconds(30);
    config::listing listing = config::listing::automatic;
    friend bool operator==(const api_limits&, const api_limits&) = default;
  } api;

  bool corrections = true;

  struct {
    std::filesystem::path file = "/run/ovh-licensed/status.json";
    std::optional<std::filesystem::path> prometheus;
    int max_findings = 1000; // in the file, the most urgent first; its causes count all
  } status;

  std::filesystem::path ledger = "/var/lib/ovh-licensed/ledger.db";
  std::string http = "off";

  struct {
    log_level level = log_level::info;
    log_format format = log_format::automatic;
  } log;
};

struct checked_settings : checked<settings> {
  std::filesystem::path policy; // set even if other things are wrong; else empty
};

// `text` is the file's content; `file` is its name in messages, and its directory the start of
// relative paths.
checked_settings parse_settings(std::string_view text, const std::filesystem::path& file);
checked_settings read_settings(const std::filesystem::path& file);

} // namespace ovhl::config
