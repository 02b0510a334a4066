#include "agent/login.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

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
    licensing::mode mode;
    bool renewals;
    std::string level, why, note;
  };
  const std::string read = "to read, and to change nothing", correct = "to read and to correct",
                    declares = "to read and to declare licenses";
  const row rows[] = {
      {with(report), {}, report, false, read, "the policy's mode is report", ""},
      {with(declare), {}, declare, false, declares, "the policy's mode is declare", ""},
      {with(enforce), {}, enforce, false, correct, "the policy's mode is enforce", ""},
      {with(enforce, false),
       {},
       report,
       false,
       read,
       "corrections are off in the configuration",
       ""},
      {with_a_rule(report, declare),
       {},
       declare,
       false,
       declares,
       "the policy's mode is report, but some entries have declare",
       ""},
      {with_a_rule(declare, enforce),
       {},
       enforce,
       false,
       correct,
       "the policy's mode is declare, but some entries have enforce",
       ""},
      {with_a_rule(declare, report),
       {},
       declare,
       false,
       declares,
       "the policy's mode is declare",
       ""},
      {with(declare),
       {.corrections = true},
       enforce,
       false,
       correct,
       "--corrections was given",
       ""},
      {with(report), {.corrections = true}, enforce, false, correct, "--corrections was given", ""},
      {with(enforce),
       {.corrections = true},
       enforce,
       false,
       correct,
       "the policy's mode is enforce",
       ""},
      {with(report), {.read_only = true}, report, false, read, "--read-only was given", ""},
      {with(enforce),
       {.read_only = true},
       report,
       false,
       read,
       "--read-only was given",
       "the policy's mode is enforce: OVHcloud will refuse corrections made with a read-only key"},
      {with(report),
       {.renewals = true},
       report,
       true,
       "to read and to renew services",
       "the policy's mode is report; --renewals was given",
       ""},
      {with(enforce),
       {.renewals = true},
       enforce,
       true,
       "to read, to correct and to renew services",
       "the policy's mode is enforce; --renewals was given",
       ""},
  };
  for (const row& r : rows) {
    CAPTURE(r.why);
    const auto wish = agent::wish_for(r.setup, {}, r.flags);
    CHECK(wish.what.mode == r.mode);
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

TEST_CASE("that a key which was written is not used by commands is said, and why") {
  const test::temporary_directory here;
  const ovh::application_credentials keys{"AK", secret("AS"), secret("CK")};
  const auto write = [&](const char* file, const std::string& key) {
    return here.file(
        file, "[ovh-eu]\napplication_key=AK\napplication_secret=AS\nconsumer_key=" + key + "\n",
        0600);
  };
  std::string consumer_key;
  ovh::surroundings around;
  around.variable = [&](const char* of) -> std::optional<std::string> {
    if (std::string_view(of) == "OVH_CONSUMER_KEY") return consumer_key;
    return std::nullopt;
  };
  around.shared_files = {here / "ovh.conf", here / "etc.conf"};
  config::account account;
  account.endpoint = "ovh-eu";
  const auto note = [&](const std::filesystem::path& written) {
    return agent::unused_note(account, written, keys, around);
  };

  const auto file = write("etc.conf", "CK"), other = write("q.conf", "CK");
  CHECK(note(file) == "");
  consumer_key = "SeCrEt";
  CHECK(note(file) ==
        "commands run here will not use this key; this takes precedence over the file: "
        "OVH_CONSUMER_KEY");
  write("ovh.conf", "SeCrEt");
  CHECK(note(file).ends_with("OVH_CONSUMER_KEY, " + (here / "ovh.conf").string()));
  consumer_key.clear();
  CHECK(note(file).ends_with("the file: " + (here / "ovh.conf").string()));
  CHECK(note(other) ==
        "nothing uses this file: set the account's credentials_file to " + other.string());
  account.credentials_file = other;
  CHECK(note(other) == "");
  account.credentials_file = here / "ovh.conf";
  CHECK(note(other) ==
        "the account's credentials_file is " + (here / "ovh.conf").string() + ", not this file");
}
