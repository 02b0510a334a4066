#include "agent/plan_key.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace ovhl;
using agent::plan_key;

namespace {

agent::account_setup account(std::string name, std::string endpoint, ovh::credentials with) {
  agent::account_setup a;
  a.account.name = std::move(name);
  a.account.endpoint = std::move(endpoint);
  a.credentials = std::move(with);
  return a;
}

ovh::application_credentials application(const char* key, const char* kept, const char* renewed) {
  return {key, secret(kept), secret(renewed)};
}

agent::setup of(std::vector<agent::account_setup> accounts) {
  agent::setup s;
  s.accounts = std::move(accounts);
  return s;
}

std::string key_of(std::string name, std::string endpoint, ovh::credentials with) {
  return plan_key(of({account(std::move(name), std::move(endpoint), std::move(with))}));
}

} // namespace

TEST_CASE("a renewed consumer key leaves the key of plans as it is") {
  CHECK(key_of("main", "ovh-eu", application("k", "lasting", "old")) ==
        key_of("main", "ovh-eu", application("k", "lasting", "new")));
}

TEST_CASE("another secret, name, endpoint or set of accounts gives another key") {
  const ovh::credentials same = application("k", "lasting", "c");
  const auto main = account("main", "ovh-eu", same);
  const auto lab = account("lab", "ovh-ca", ovh::token_credentials{secret("token")});
  const std::set<std::string> all{
      plan_key(of({main})),
      plan_key(of({lab})),
      plan_key(of({main, lab})),
      key_of("main", "ovh-eu", application("k", "another", "c")),
      key_of("other", "ovh-eu", same),
      key_of("main", "ovh-ca", same),
      key_of("main ovh-eu", "", same), // alike if name and endpoint were just put together
      key_of("main", "ovh-eu", ovh::oauth2_credentials{"i", secret("client")}),
      key_of("main", "ovh-eu", ovh::oauth2_credentials{"i", secret("client 2")}),
      key_of("main", "ovh-eu", ovh::token_credentials{secret("token")})};
  CHECK(all.size() == 10);
}

TEST_CASE("the order in which the accounts are configured does not matter") {
  const auto main = account("main", "ovh-eu", application("k", "lasting", "c"));
  const auto lab = account("lab", "ovh-ca", ovh::token_credentials{secret("token")});
  CHECK(plan_key(of({main, lab})) == plan_key(of({lab, main})));
}

TEST_CASE("the key is a digest, in which the secrets cannot be read") {
  const std::string key = key_of("main", "ovh-eu", application("k", "abc", "def"));
  CHECK(key.size() == 64);
  CHECK(key.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(key.find("abc") == std::string::npos);
  CHECK(key.find("def") == std::string::npos);
}
