#include "agent/setup.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace ovhl::agent {

namespace {

template <class T>
std::optional<T> take(config::checked<T> read, read_outcome& outcome) {
  std::move(read.errors.begin(), read.errors.end(), std::back_inserter(outcome.mistakes));
  std::move(read.warnings.begin(), read.warnings.end(), std::back_inserter(outcome.warnings));
  return std::move(read.value);
}

result<account_setup> read_account(const config::account& account,
                                   const ovh::surroundings& around) {
  auto endpoint = ovh::find_endpoint(account.endpoint, account.oauth2_token_url);
  if (!endpoint) return endpoint.error();
  auto credentials = ovh::find_credentials(account.endpoint, account.credentials_file, around);
  if (!credentials) return credentials.error();
  return account_setup{account, std::move(*endpoint), std::move(*credentials)};
}

} // namespace

std::string read_outcome::summary() const {
  const std::size_t count = mistakes.size() + problems.size();
  if (count == 0) return {};
  const std::string first = mistakes.empty() ? words(problems.front()) : words(mistakes.front());
  return count == 1 ? first : fmt::format("{} (and {} more)", first, count - 1);
}

read_outcome read_files(const std::filesystem::path& file) {
  read_outcome outcome;
  auto settings = take(config::read_settings(file), outcome);
  if (!settings) return outcome;
  auto policy = take(config::read_policy(settings->policy), outcome);
  if (!policy) return outcome;
  outcome.value = setup{
      std::move(*settings), std::make_shared<const config::policy_file>(std::move(*policy)), {}};
  return outcome;
}

read_outcome read_setup(const std::filesystem::path& file, const ovh::surroundings& around) {
  read_outcome outcome = read_files(file);
  if (!outcome.value) return outcome;
  for (const config::account& account : outcome.value->settings.accounts) {
    auto read = read_account(account, around);
    if (read) {
      outcome.value->accounts.push_back(std::move(*read));
    } else {
      error problem = read.error();
      problem.where = problem.where.empty()
                          ? fmt::format("account {}", account.name)
                          : fmt::format("account {}: {}", account.name, problem.where);
      outcome.problems.push_back(std::move(problem));
    }
  }
  if (!outcome.problems.empty()) outcome.value.reset();
  return outcome;
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
