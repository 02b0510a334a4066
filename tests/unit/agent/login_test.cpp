#include "agent/login.hpp"

#include <doctest/doctest.h>

using namespace ovhl;

namespace {

agent::setup with(licensing::mode mode, bool corrections = true) {
  agent::setup s;
  s.settings.corrections = corrections;
  config::policy_file file;
  file.policy.mode = mode;
  s.policy = std::make_shared<const config::policy_file>(std::move(file));
  return s;
}

agent::setup with_a_rule(licensing::mode mode, licensing::mode of_rule) {
  agent::setup s = with(mode);
  config::policy_file file = *s.policy;
  licensing::rule rule;
  rule.expect.mode = of_rule;
  file.policy.rules.push_back(rule);
  s.policy = std::make_shared<const config::policy_file>(std::move(file));
  return s;
}

} // namespace

TEST_CASE("a key is asked for with what the policy needs, unless it is said otherwise") {
  using enum licensing::mode;
  struct row {
    agent::setup setup;
    agent::login_flags flags;
    bool corrections, renewals;
    std::string level, why, note;
  };
  const std::string read = "to read, and to change nothing", correct = "to read and to correct";
  const row rows[] = {
      {with(report), {}, false, false, read, "the policy's mode is report", ""},
      {with(declare), {}, true, false, correct, "the policy's mode is declare", ""},
      {with(enforce), {}, true, false, correct, "the policy's mode is enforce", ""},
      {with(enforce, false), {}, false, false, read, "the configuration says corrections: off", ""},
      {with_a_rule(report, declare),
       {},
       true,
       false,
       correct,
       "the policy's mode is report, but parts of it have another",
       ""},
      {with_a_rule(declare, report), {}, true, false, correct, "the policy's mode is declare", ""},
      {with(report), {.corrections = true}, true, false, correct, "as --corrections says", ""},
      {with(enforce),
       {.corrections = true},
       true,
       false,
       correct,
       "the policy's mode is enforce",
       ""},
      {with(report), {.read_only = true}, false, false, read, "as --read-only says", ""},
      {with(enforce),
       {.read_only = true},
       false,
       false,
       read,
       "as --read-only says",
       "the policy's mode is enforce: its corrections will be refused without the right to make "
       "them"},
      {with(report),
       {.renewals = true},
       false,
       true,
       "to read and to renew services",
       "the policy's mode is report; as --renewals says",
       ""},
      {with(enforce),
       {.renewals = true},
       true,
       true,
       "to read, to correct and to renew services",
       "the policy's mode is enforce; as --renewals says",
       ""},
  };
  for (const row& r : rows) {
    CAPTURE(r.why);
    const auto wish = agent::wish_for(r.setup, {}, r.flags);
    CHECK(wish.what.corrections == r.corrections);
    CHECK(wish.what.renewals == r.renewals);
    CHECK(wish.level == r.level);
    CHECK(wish.why == r.why);
    CHECK(wish.note == r.note);
    CHECK(wish.rules.size() == ovh::rules_for(wish.what, {}).size());
  }
}

TEST_CASE("the key is for the account's own services") {
  config::account account;
  account.services = {"pcc-1"};
  const auto wish = agent::wish_for(with(licensing::mode::report), account, {});
  for (const auto& w : wish.rules)
    CHECK_FALSE(w.rule.path == "/dedicatedCloud");
  CHECK(wish.rules.back().rule.path == "/dedicatedCloud/pcc-1/datacenter/*/vmLicensed");
}

TEST_CASE("an application is created beside the API") {
  const auto at = [](const char* endpoint) {
    return agent::create_application_url(*ovh::find_endpoint(endpoint, std::nullopt));
  };
  CHECK(at("ovh-eu") == "https://eu.api.ovh.com/createApp/");
  CHECK(at("ovh-ca") == "https://ca.api.ovh.com/createApp/");
  CHECK(at("ovh-us") == "https://api.us.ovhcloud.com/createApp/");
  CHECK(at("https://localhost:1234/1.0") == "https://localhost:1234/createApp/");
}
