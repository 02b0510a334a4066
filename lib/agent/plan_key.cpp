#include "agent/plan_key.hpp"

#include "base/digest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <variant>
#include <vector>

namespace ovhl::agent {

namespace {

// The part that does not change when a consumer key is renewed or a new token is fetched.
struct lasting_secret {
  const secret& operator()(const ovh::application_credentials& c) const noexcept {
    return c.application_secret;
  }
  const secret& operator()(const ovh::oauth2_credentials& c) const noexcept {
    return c.client_secret;
  }
  const secret& operator()(const ovh::token_credentials& c) const noexcept {
    return c.access_token;
  }
};

std::string part_of(const account_setup& a) {
  // The length of the name distinguishes accounts whose name and endpoint are the same when joined.
  const std::string which = fmt::format("plan of ovh-licensed: {} {} {}", a.account.name.size(),
                                        a.account.name, a.account.endpoint);
  return hmac_sha256(std::visit(lasting_secret(), a.credentials).reveal(), which);
}

} // namespace

std::string plan_key(const setup& s) {
  std::vector<std::string> parts;
  parts.reserve(s.accounts.size());
  for (const account_setup& a : s.accounts)
    parts.push_back(part_of(a));
  std::sort(parts.begin(), parts.end());
  return sha256(fmt::format("{}", fmt::join(parts, " ")));
}

} // namespace ovhl::agent
