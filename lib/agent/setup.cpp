#include "agent/setup.hpp"

#include "base/wrong.hpp"
#include "config/paths.hpp"
#include "ovh/http/ca_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>
#include <variant>

namespace ovhl::agent {

namespace {

template <class T>
std::optional<T> take(config::checked<T> read, read_outcome& outcome) {
  std::move(read.errors.begin(), read.errors.end(), std::back_inserter(outcome.mistakes));
  std::move(read.warnings.begin(), read.warnings.end(), std::back_inserter(outcome.warnings));
  return std::move(read.value);
}

enum class credentials_of : std::uint8_t { nobody, those_that_name_a_file, everyone };

// Null if something is wrong with the account or its credentials are not needed.
std::optional<account_setup> read_account(const config::account& account, credentials_of whose,
                                          const ovh::surroundings& around,
                                          std::vector<error>& problems) {
  const auto wrong = [&](error e) {
    e.where = fmt::format("account {}{}{}", account.name, e.where.empty() ? "" : ": ", e.where);
    problems.push_back(std::move(e));
  };
  auto endpoint = ovh::find_endpoint(account.endpoint, account.oauth2_token_url);
  if (!endpoint) wrong(endpoint.error());
  result<std::string> ca_sha256 = std::string();
  if (account.ca_file) ca_sha256 = ovh::ca_file_digest(*account.ca_file);
  if (!ca_sha256) wrong(ca_sha256.error());
  if (whose != credentials_of::everyone && !account.credentials_file) return std::nullopt;

  auto credentials = ovh::find_credentials(account.endpoint, account.credentials_file, around);
  if (!credentials) wrong(credentials.error());
  if (!endpoint || !credentials) return std::nullopt;
  if (std::holds_alternative<ovh::oauth2_credentials>(*credentials) && !endpoint->token) {
    error e;
    e.message = "oauth2_token_url is required when endpoint is a URL";
    e.advice = "set it to the address that issues OAuth2 tokens";
    wrong(std::move(e));
    return std::nullopt;
  }
  if (!ca_sha256) return std::nullopt;
  return account_setup{account, std::move(*endpoint), std::move(*credentials),
                       std::move(*ca_sha256)};
}

read_outcome read(const std::filesystem::path& file, credentials_of whose,
                  const ovh::surroundings& around) {
  read_outcome outcome;
  config::checked_settings checked = config::read_settings(file);
  const std::filesystem::path policy_path = std::move(checked.policy);
  auto settings = take<config::settings>(std::move(checked), outcome);
  std::optional<config::policy_file> policy;
  if (!policy_path.empty()) policy = take(config::read_policy(policy_path), outcome);

  std::vector<account_setup> accounts;
  if (settings && whose != credentials_of::nobody)
    for (const config::account& account : settings->accounts)
      if (auto ready = read_account(account, whose, around, outcome.problems))
        accounts.push_back(std::move(*ready));
  if (!outcome.mistakes.empty() || !outcome.problems.empty()) return outcome;

  outcome.value =
      setup{std::move(*settings), std::make_shared<const config::policy_file>(std::move(*policy)),
            std::move(accounts)};
  return outcome;
}

} // namespace

std::string read_outcome::summary() const {
  const std::size_t count = mistakes.size() + problems.size();
  if (count == 0) return {};
  const std::string first = mistakes.empty() ? words(problems.front()) : words(mistakes.front());
  return count == 1 ? first : fmt::format("{} (and {} more)", first, count - 1);
}

read_outcome read_files(const std::filesystem::path& file) {
  return read(file, credentials_of::nobody, {});
}

read_outcome read_named_files(const std::filesystem::path& file, const ovh::surroundings& around) {
  return read(file, credentials_of::those_that_name_a_file, around);
}

read_outcome read_setup(const std::filesystem::path& file, const ovh::surroundings& around) {
  return read(file, credentials_of::everyone, around);
}

read_outcome read_again(const std::filesystem::path& file, const ovh::surroundings& around,
                        const std::filesystem::path& ledger_in_use) {
  read_outcome outcome = read_setup(file, around);
  if (!outcome.value) return outcome;
  if (const auto met = config::meets(outcome.value->settings, ledger_in_use)) {
    outcome.problems.push_back(wrong(
        file.string(),
        fmt::format("{} is a file of the ledger in use, {}", met->name, ledger_in_use.string()),
        "name another file, or restart instead of reloading"));
    outcome.value.reset();
  }
  return outcome;
}

licensing::mode strongest_mode(const setup& s) noexcept {
  if (!s.settings.corrections) return licensing::mode::report;
  const licensing::policy& p = s.policy->policy;
  licensing::mode strongest = p.mode;
  for (const licensing::rule& rule : p.rules)
    strongest = std::max(strongest, rule.expect.mode.value_or(strongest));
  for (const licensing::map_entry& entry : p.guest_os_families)
    strongest = std::max(strongest, entry.expect.mode.value_or(strongest));
  return strongest;
}

os::log_format log_format_of(const config::settings& settings) noexcept {
  switch (settings.log.format) {
  case config::log_format::journal: return os::log_format::journal;
  case config::log_format::text: return os::log_format::text;
  case config::log_format::json: return os::log_format::json;
  case config::log_format::automatic: break;
  }
  return os::log_format::automatic;
}

os::level log_level_of(const config::settings& settings) noexcept {
  switch (settings.log.level) {
  case config::log_level::debug: return os::level::debug;
  case config::log_level::warning: return os::level::warning;
  case config::log_level::error: return os::level::error;
  case config::log_level::info: break;
  }
  return os::level::info;
}

} // namespace ovhl::agent
