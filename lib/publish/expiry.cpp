#include "publish/expiry.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace ovhl::publish {

nearness near(instant end, instant now) noexcept {
  if (end <= now) return nearness::past;
  if (end <= now + close_is) return nearness::close;
  return end <= now + soon_is ? nearness::soon : nearness::far;
}

nearness near(const service_end& e, instant now) noexcept {
  if (!e.automatic) return near(instant(e.on), now);
  return instant(e.on + std::chrono::days(2)) <= now ? nearness::past : nearness::far;
}

nearness near(const exemption_row& e, instant now) noexcept {
  if (e.expired) return nearness::past;
  return e.until ? near(instant(*e.until + std::chrono::days(1)), now) : nearness::far;
}

std::vector<expiry> expiries(std::span<const account_row> accounts, instant now) {
  std::vector<expiry> all;
  const auto add = [&](expiry e) {
    if (e.how != nearness::far) all.push_back(std::move(e));
  };
  for (const account_row& a : accounts) {
    if (a.credential_expiry)
      add({expiry::kind::credential,
           a.account,
           {},
           *a.credential_expiry,
           near(*a.credential_expiry, now)});
    for (const auto& [service, end] : a.service_expiry)
      add({expiry::kind::service, a.account, service, instant(end.on), near(end, now)});
  }
  std::sort(all.begin(), all.end(), [](const expiry& a, const expiry& b) {
    return std::tie(a.at, a.what, a.account, a.service) <
           std::tie(b.at, b.what, b.account, b.service);
  });
  return all;
}

} // namespace ovhl::publish
