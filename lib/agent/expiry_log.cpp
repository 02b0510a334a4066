#include "agent/expiry_log.hpp"

#include "base/duration.hpp"
#include "publish/expiry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace ovhl::agent {

namespace {

// Each is logged once; they are at least a day apart.
constexpr std::array<std::chrono::days, 6> steps{publish::soon_is,     std::chrono::days(14),
                                                 std::chrono::days(7), std::chrono::days(3),
                                                 std::chrono::days(1), std::chrono::days(0)};

int nearness_of(std::chrono::seconds left) {
  return static_cast<int>(
      std::count_if(steps.begin(), steps.end(), [&](auto step) { return left < step; }));
}

} // namespace

void expiry_log::report(const end& it, instant now) {
  const auto left = it.at - now;
  const int nearness = nearness_of(left);
  const auto found = reported_.find(it.key);
  const bool known = found != reported_.end();
  if (nearness == 0 && !known) return;
  if (known && found->second.at == it.at && nearness <= found->second.nearness) return;

  const bool service = !it.service.empty();
  const std::string what = service ? fmt::format("service {} of account {}", it.service, it.account)
                                   : fmt::format("the consumer key of account {}", it.account);
  const std::string when = service ? "on " + date_text(std::chrono::floor<std::chrono::days>(it.at))
                                   : "at " + timestamp(it.at);
  const char* const advice =
      service ? "renew it" : "run 'ovh-licensed login' again, then restart the service";
  std::string text = fmt::format("{} expires {} (in {}); {}", what, when,
                                 rough_duration(std::max(left, left.zero())), advice);
  if (left <= left.zero()) text = fmt::format("{} expired {}; {}", what, when, advice);
  if (nearness == 0) text = fmt::format("resolved: {} now expires {}", what, when);
  (*log_)(nearness == 0 ? os::level::info : os::level::warning, text,
          {{"ACCOUNT", it.account}, {"SERVICE", it.service}, {"EXPIRES_AT", timestamp(it.at)}});
  if (nearness == 0)
    reported_.erase(found);
  else
    reported_[it.key] = {it.at, nearness};
}

void expiry_log::report(std::span<const publish::account_row> accounts, instant now) {
  std::set<std::string> there;
  const auto report_end = [&](end it) {
    there.insert(it.key);
    report(it, now);
  };
  for (const publish::account_row& account : accounts) {
    if (account.credential_expiry)
      report_end({account.account, account.account, {}, *account.credential_expiry});
    for (const auto& [service, term] : account.service_expiry)
      if (!term.automatic || near(term, now) == publish::nearness::past)
        report_end({account.account + '/' + service, account.account, service, term.on});
  }
  // What no longer expires, or is no longer watched, may be logged again later.
  std::erase_if(reported_, [&](const auto& known) { return !there.contains(known.first); });
}

} // namespace ovhl::agent
