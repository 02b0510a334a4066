#include "config/settings.hpp"
#include "said.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <string>

using namespace ovhl::config;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const std::string least = "policy: p.yaml\n"
                          "accounts: [{name: main, endpoint: ovh-eu}]\n";

// What is said about a file that is right but for `more`, which begins in line 3.
std::string said(const std::string& more) {
  return lines(parse_settings(least + more, "config.yaml").errors);
}

std::string said_of_account(const std::string& account) {
  return lines(parse_settings("policy: p\naccounts:\n- " + account + "\n", "config.yaml").errors);
}

} // namespace

TEST_CASE("The least configuration has every default") {
  const auto read = parse_settings(least, "/etc/x/config.yaml");
  CHECK(lines(read.errors).empty());
  CHECK(lines(read.warnings).empty());
  REQUIRE(read.value);
  const settings& s = *read.value;
  CHECK(s.file == "/etc/x/config.yaml");
  CHECK(s.policy == "/etc/x/p.yaml");
  REQUIRE(s.accounts.size() == 1);
  CHECK(s.accounts[0].name == "main");
  CHECK(s.accounts[0].endpoint == "ovh-eu");
  CHECK_FALSE(s.accounts[0].credentials_file);
  CHECK(s.accounts[0].services.empty());
  CHECK(s.poll.interval == minutes(5));
  CHECK(s.poll.timeout == minutes(4));
  CHECK(s.api.requests_per_minute == 60);
  CHECK(s.api.connections == 4);
  CHECK(s.api.timeout == seconds(30));
  CHECK(s.api.listing == listing::automatic);
  CHECK(s.corrections);
  CHECK(s.status.file == "/run/ovh-licensed/status.json");
  CHECK_FALSE(s.status.prometheus);
  CHECK(s.status.max_findings == 1000);
  CHECK(s.ledger == "/var/lib/ovh-licensed/ledger.db");
  CHECK(s.http == "off");
  CHECK(s.log.level == log_level::info);
  CHECK(s.log.format == log_format::automatic);
}

TEST_CASE("Every setting is read") {
  const auto read = parse_settings(R"(policy: ../policy.yaml
accounts:
  - name: main
    endpoint: https://api.example.net/1.0
    credentials_file: keys/ovh.conf
    oauth2_token_url: https://token.example.net/
    ca_file: /etc/ssl/own.pem
    services: [pcc-1, pcc-2]
  - {name: other, endpoint: "http://127.0.0.1:8080/1.0", oauth2_token_url: null, ca_file: ~}
poll: {interval: 90s, timeout: 1d}
api: {requests_per_minute: 0, connections: 64, timeout: 10m, listing: each}
corrections: off
status: {file: status.json, prometheus: /var/lib/p.prom, max_findings: 0}
ledger: data/l.db
http: off
log: {level: debug, format: json}
)",
                                   "etc/config.yaml");
  CHECK(lines(read.errors).empty());
  CHECK(lines(read.warnings).empty());
  REQUIRE(read.value);
  const settings& s = *read.value;
  CHECK(s.policy == "policy.yaml");
  REQUIRE(s.accounts.size() == 2);
  CHECK(s.accounts[0] == account{"main",
                                 "https://api.example.net/1.0",
                                 "etc/keys/ovh.conf",
                                 "https://token.example.net/",
                                 "/etc/ssl/own.pem",
                                 {"pcc-1", "pcc-2"}});
  CHECK(s.accounts[1] == account{"other", "http://127.0.0.1:8080/1.0", {}, {}, {}, {}});
  CHECK(s.poll.interval == seconds(90));
  CHECK(s.poll.timeout == hours(24));
  CHECK(s.api == settings::api_limits{0, 64, minutes(10), listing::each});
  CHECK_FALSE(s.corrections);
  CHECK(s.status.file == "etc/status.json");
  CHECK(s.status.prometheus == "/var/lib/p.prom");
  CHECK(s.status.max_findings == 0);
  CHECK(s.ledger == "etc/data/l.db");
  CHECK(s.http == "off");
  CHECK(s.log.level == log_level::debug);
  CHECK(s.log.format == log_format::json);
}

TEST_CASE("A switch can be written as YAML 1.1 has it, in any case") {
  for (const std::string on : {"on", "true", "yes", "On", "TRUE", "\"on\""})
    CHECK(parse_settings(least + "corrections: " + on, "c").value->corrections);
  for (const std::string off : {"off", "false", "no", "Off", "FALSE", "'no'"})
    CHECK_FALSE(parse_settings(least + "corrections: " + off, "c").value->corrections);
}

TEST_CASE("Each mistake is reported with its place") {
  const mistaken table[] = {
      {"frequency: 4", "config.yaml:3:1: unknown key 'frequency'; allowed here: policy, accounts, "
                       "poll, api, corrections, status, ledger, http, log"},
      {"api: {conections: 4}",
       "config.yaml:3:7: unknown key 'conections'; did you mean 'connections'?"},
      {"policy: q.yaml", "config.yaml:3:1: repeated key 'policy'; first given in line 1"},
      {"api: {timeout: 1s, timeout: 2s}",
       "config.yaml:3:20: repeated key 'timeout'; first given in line 3"},
      {"poll: 5m", "config.yaml:3:7: 'poll' must be a mapping, not '5m'"},
      {"poll: [5m]", "config.yaml:3:7: 'poll' must be a mapping, not a list"},
      {"poll:", "config.yaml:3:1: 'poll' has no value; it must be a mapping"},
      {"poll: {interval: 5}", "config.yaml:3:18: 'interval' must be a duration from 1s to 1d (such "
                              "as 30s, 5m, 12h or 7d), not '5'"},
      {"poll: {interval: 0s}", "config.yaml:3:18: 'interval' must be a duration from 1s to 1d "
                               "(such as 30s, 5m, 12h or 7d), not '0s'"},
      {"poll: {interval: 25h}", "config.yaml:3:18: 'interval' must be a duration from 1s to 1d "
                                "(such as 30s, 5m, 12h or 7d), not '25h'"},
      {"poll: {timeout: -5m}", "config.yaml:3:17: 'timeout' must be a duration from 1s to 1d "
                               "(such as 30s, 5m, 12h or 7d), not '-5m'"},
      {"api: {timeout: 11m}", "config.yaml:3:16: 'timeout' must be a duration from 1s to 10m "
                              "(such as 30s, 5m, 12h or 7d), not '11m'"},
      {"api: {connections: 0}",
       "config.yaml:3:20: 'connections' must be a whole number from 1 to 64, not '0'"},
      {"api: {connections: 65}",
       "config.yaml:3:20: 'connections' must be a whole number from 1 to 64, not '65'"},
      {"api: {connections: 1.5}",
       "config.yaml:3:20: 'connections' must be a whole number from 1 to 64, not '1.5'"},
      {"api: {connections: \"4\"}",
       "config.yaml:3:20: 'connections' must be a whole number from 1 to 64, not '4' in quotes"},
      {"api: {requests_per_minute: 100001}", "config.yaml:3:28: 'requests_per_minute' must be a "
                                             "whole number from 0 to 100000, not '100001'"},
      {"api: {requests_per_minute: 99999999999999999999}",
       "config.yaml:3:28: 'requests_per_minute' must be a whole number from 0 to 100000, not "
       "'99999999999999999999'"},
      {"api: {listing: page}", "config.yaml:3:16: 'listing' must be auto, pages or each, not "
                               "'page'; did you mean 'pages'?"},
      {"api: {listing: [auto]}",
       "config.yaml:3:16: 'listing' must be auto, pages or each, not a list"},
      {"corrections: maybe", "config.yaml:3:14: 'corrections' must be on or off, not 'maybe'"},
      {"corrections: 1", "config.yaml:3:14: 'corrections' must be on or off, not '1'"},
      {"status: {file: ''}", "config.yaml:3:16: 'file' must not be empty"},
      {"status: {file: null}", "config.yaml:3:16: 'file' has no value; it must be text"},
      {"ledger: {}", "config.yaml:3:9: 'ledger' must be text, not a mapping"},
      {"ledger: \"a\\nb\"", "config.yaml:3:9: 'ledger' must be a single line without control "
                            "characters, not 'a\\x0ab' in quotes"},
      {"log: {level: warn}", "config.yaml:3:14: 'level' must be debug, info, warning or error, not "
                             "'warn'"},
      {"log: {format: jason}", "config.yaml:3:15: 'format' must be auto, journal, text or json, "
                               "not 'jason'; did you mean 'json'?"},
      {"? [a]\n: b", "config.yaml:3:3: a key must be text"},
      {"~: b", "config.yaml:3:1: a key must be text"},
      {"http: on", "config.yaml:3:7: 'http' must be off, a loopback address with a port such as "
                   "127.0.0.1:9877, or unix:/path, not 'on'"},
      {"http: 0.0.0.0:9877", "config.yaml:3:7: 'http' must be off, a loopback address with a port "
                             "such as 127.0.0.1:9877, or unix:/path, not '0.0.0.0:9877'"},
      {"http: 127.0.0.1:0", "config.yaml:3:7: 'http' must be off, a loopback address with a port "
                            "such as 127.0.0.1:9877, or unix:/path, not '127.0.0.1:0'"},
      {"http: 'unix:'", "config.yaml:3:7: 'http' must be off, a loopback address with a port "
                        "such as 127.0.0.1:9877, or unix:/path, not 'unix:' in quotes"},
  };
  for (const mistaken& m : table) {
    CAPTURE(m.text);
    CHECK(said(m.text) == m.said + "\n");
  }
}

TEST_CASE("A missing required key is reported") {
  const auto of = [](const char* text) {
    return lines(parse_settings(text, "config.yaml").errors);
  };
  CHECK(of("corrections: on") == "config.yaml:1:1: the file must have the key 'policy'\n"
                                 "config.yaml:1:1: the file must have the key 'accounts'\n");
  CHECK(of("policy: p\naccounts: []") ==
        "config.yaml:2:11: 'accounts' must have at least one entry\n");
  CHECK(of("policy: p\naccounts:\n  - endpoint: ovh-eu") ==
        "config.yaml:3:5: each of 'accounts' must have the key 'name'\n");
  CHECK(of("policy: p\naccounts: [main]") ==
        "config.yaml:2:12: each of 'accounts' must be a mapping, not 'main'\n");
  CHECK(of("policy: p\naccounts:\n  -\n  - {name: a, endpoint: ovh-eu}") ==
        "config.yaml:3:3: each of 'accounts' has no value; it must be a mapping\n");
}

TEST_CASE("A URL is https, a host, perhaps a port, and a path") {
  for (const char* url :
       {"https://host/1.0?x=1", "https://host/1.0#x", "https://host?x", "HTTPS://host/1.0",
        "https://ho st/1.0", "https://host/1 0", "https://host/%zz", "https://host/%2",
        "https://[::1]x/", "https://[zz]/", "https://[::1", "https://host:/", "https://",
        "https:///", "https://host\\1.0", "https://höst/"}) {
    CAPTURE(url);
    CHECK(said_of_account(fmt::format("{{name: a, endpoint: '{}'}}", url)) ==
          fmt::format("config.yaml:3:23: '{}' is not a URL; it must look like https://host/path\n",
                      url));
  }
  for (const char* url : {"https://host", "https://host/", "https://host:8443/1.0/%7Eme",
                          "https://[2001:db8::1]:443/1.0", "http://[::1]/1.0"}) {
    CAPTURE(url);
    CHECK(said_of_account(fmt::format("{{name: a, endpoint: '{}'}}", url)) == "");
  }
}

TEST_CASE("Mistakes in an account are reported with their place") {
  const mistaken table[] = {
      {"{name: '', endpoint: ovh-eu}", "config.yaml:3:10: 'name' must not be empty"},
      {"{name: a, endpoint: ovh-ue}",
       "config.yaml:3:23: unknown endpoint 'ovh-ue'; did you mean 'ovh-eu'?"},
      {"{name: a, endpoint: soyoustart}", "config.yaml:3:23: unknown endpoint 'soyoustart'; it "
                                          "must be ovh-eu, ovh-ca, ovh-us or a URL"},
      {"{name: a, endpoint: 'http://api.example.net/1.0'}",
       "config.yaml:3:23: 'http://api.example.net/1.0' uses plain http, which is allowed only for "
       "loopback addresses; use https"},
      {"{name: a, endpoint: 'http://127.0.0.1.example.net'}",
       "config.yaml:3:23: 'http://127.0.0.1.example.net' uses plain http, which is allowed only "
       "for loopback addresses; use https"},
      {"{name: a, endpoint: 'ftp://example.net'}", "config.yaml:3:23: 'ftp://example.net' is not a "
                                                   "URL; it must look like https://host/path"},
      {"{name: a, endpoint: 'https://example.net:99999'}",
       "config.yaml:3:23: 'https://example.net:99999' is not a URL; it must look like "
       "https://host/path"},
      {"{name: a, endpoint: 'https://me:hush@example.net'}",
       "config.yaml:3:23: this URL must not contain a user or a password"},
      {"{name: a, endpoint: ovh-eu, oauth2_token_url: nowhere}",
       "config.yaml:3:49: 'nowhere' is not a URL; it must look like https://host/path"},
      {"{name: a, endpoint: ovh-eu, services: []}",
       "config.yaml:3:41: 'services' must have at least one entry"},
      {"{name: a, endpoint: ovh-eu, services: pcc-1}",
       "config.yaml:3:41: 'services' must be a list, not 'pcc-1'"},
      {"{name: a, endpoint: ovh-eu, services: [pcc-1, pcc/2, '', pcc-1]}",
       "config.yaml:3:49: 'pcc/2' is not a service name: it must not contain "
       "'/'\nconfig.yaml:3:56: each of 'services' must not be empty\nconfig.yaml:3:60: repeated "
       "member 'pcc-1'; first given in line 3"},
      {"{name: a, endpoint: ovh-eu}\n- {name: a, endpoint: ovh-ca}",
       "config.yaml:4:10: repeated name 'a'; first given in line 3"},
  };
  for (const mistaken& m : table) {
    CAPTURE(m.text);
    CHECK(said_of_account(m.text) == m.said + "\n");
  }
}

TEST_CASE("All mistakes are reported at once, in the order of their places") {
  CHECK(lines(parse_settings("log: {level: loud}\n"
                             "accounts:\n"
                             "  - name: a\n"
                             "    endpoint: ovh-eu\n"
                             "    credential_file: x\n"
                             "polll: {interval: 5m}\n"
                             "api:\n"
                             "  connections: 100\n"
                             "  timeout: soon\n",
                             "config.yaml")
                  .errors) ==
        "config.yaml:1:1: the file must have the key 'policy'\n"
        "config.yaml:1:14: 'level' must be debug, info, warning or error, not 'loud'\n"
        "config.yaml:5:5: unknown key 'credential_file'; did you mean 'credentials_file'?\n"
        "config.yaml:6:1: unknown key 'polll'; did you mean 'poll'?\n"
        "config.yaml:8:16: 'connections' must be a whole number from 1 to 64, not '100'\n"
        "config.yaml:9:12: 'timeout' must be a duration from 1s to 10m (such as 30s, 5m, 12h or "
        "7d), not 'soon'\n");
}

TEST_CASE("The page is accepted, with a warning that it is not served yet") {
  const std::pair<std::string, const char*> table[] = {
      {"127.0.0.1:9877", "127.0.0.1:9877"}, {"localhost:80", "localhost:80"},
      {"'[::1]:9877'", "[::1]:9877"},       {"unix:/run/x.sock", "unix:/run/x.sock"},
      {"unix:x.sock", "unix:etc/x.sock"},
  };
  for (const auto& [written, meant] : table) {
    CAPTURE(written);
    const auto read = parse_settings(least + "http: " + written, "etc/config.yaml");
    CHECK(lines(read.errors).empty());
    CHECK(lines(read.warnings) ==
          "etc/config.yaml:3:7: this version does not serve the page yet; 'http' has no effect\n");
    REQUIRE(read.value);
    CHECK(read.value->http == meant);
  }
}

TEST_CASE("A secret that went astray into the file is not repeated") {
  const auto read = parse_settings(least + "application_secret: hush-hush\n"
                                           "consumer_key: hush-hush\n",
                                   "config.yaml");
  REQUIRE(read.errors.size() == 2);
  CHECK(illustrated(read.errors[0], false) ==
        "config.yaml:3:1: unknown key 'application_secret'; allowed here: policy, accounts, poll, "
        "api, corrections, status, ledger, http, log\n   3 | application_secret\n     | ^");
  for (const std::string more :
       {"endpoint: 'https://me:hush@host/'", "endpoint: 'http://me:hu/hush@host'",
        "endpoint: ftp://hush@host", "application_key: hush", "? consumer_key: \"hush"}) {
    CAPTURE(more);
    const auto account = parse_settings("policy: p\naccounts:\n- name: a\n  " + more, "c.yaml");
    REQUIRE_FALSE(account.errors.empty());
    for (const diagnostic& d : account.errors)
      CHECK(illustrated(d, true).find("hush") == std::string::npos);
  }
}

TEST_CASE("The policy's path is known even if other settings are wrong") {
  CHECK(parse_settings("policy: p.yaml\nacounts: 3\n", "/etc/config.yaml").policy == "/etc/p.yaml");
  CHECK(parse_settings(least, "/etc/config.yaml").policy == "/etc/p.yaml");
  CHECK(parse_settings("policy: [p]\n", "/etc/config.yaml").policy.empty());
}
