#include "probing.hpp"

#include "config/examples_file.hpp"
#include "config/policy_file.hpp"
#include "config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ovhl::test {

namespace {

std::vector<std::string> lines_of(const std::vector<config::diagnostic>& all) {
  std::vector<std::string> out;
  for (const config::diagnostic& d : all)
    out.push_back(d.message);
  return out;
}

// A mapping of these and the key, which may be one of them.
std::string with(std::vector<std::pair<std::string, std::string>> others, const std::string& key,
                 const setting& value) {
  std::erase_if(others, [&](const auto& other) { return other.first == key; });
  if (value) others.emplace_back(key, *value);
  std::string out;
  for (const auto& [name, what] : others)
    out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", name, what);
  return "{" + out + "}";
}

// "poll.interval" → "poll: {interval: 1m}".
std::string nested(const std::string& key, const setting& value) {
  if (!value) return {};
  const auto dot = key.find('.');
  if (dot == std::string::npos) return key + ": " + *value;
  return fmt::format("{}: {{{}}}", key.substr(0, dot), nested(key.substr(dot + 1), value));
}

std::string configuration_file(const std::string& key, const setting& value) {
  static const std::string of_account = "accounts[].";
  if (key == "policy" || key == "accounts")
    return with({{"policy", "p.yaml"}, {"accounts", "[{name: a, endpoint: ovh-eu}]"}}, key, value);
  const bool in_account = key.starts_with(of_account);
  const std::string account =
      with({{"name", "a"}, {"endpoint", "ovh-eu"}},
           in_account ? key.substr(of_account.size()) : "name", in_account ? value : "a");
  return fmt::format("policy: p.yaml\naccounts: [{}]\n{}\n", account,
                     in_account ? "" : nested(key, value));
}

std::string settings_meaning(const std::string& text) {
  const auto read = config::parse_settings(text, "/c.yaml");
  if (!read.value) throw std::runtime_error("not right: " + text);
  const config::settings& s = *read.value;
  const auto number = [](auto e) { return static_cast<int>(e); };
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {}", s.poll.interval.count(),
                     s.poll.timeout.count(), s.api.requests_per_minute, s.api.connections,
                     s.api.timeout.count(), number(s.api.listing), s.corrections,
                     s.status.file.string(), s.ledger.string(), s.http, number(s.log.level),
                     number(s.log.format), s.status.max_findings);
}

std::string policy_file(const std::string& key, const setting& value) {
  static const std::string of_match = "rules[].match.", of_rule = "rules[].",
                           of_entry = "guest_os_families.*.", of_window = "guards.windows[].";
  const std::string license = "windows 2022 Standard";
  if (key.starts_with(of_match))
    return fmt::format("rules: [{{name: x, license: {}, match: {}}}]", license,
                       with({}, key.substr(of_match.size()), value));
  if (key.starts_with(of_rule))
    return fmt::format("rules: [{}]",
                       with({{"name", "x"}, {"match", "{name: x}"}, {"license", license}},
                            key.substr(of_rule.size()), value));
  if (key.starts_with(of_entry))
    return fmt::format("guest_os_families: {{x: {}}}",
                       with({{"license", license}}, key.substr(of_entry.size()), value));
  if (key.starts_with(of_window)) // one that ends when it begins would be wrong
    return fmt::format(
        "guards: {{windows: [{}]}}",
        with({{"from", "\"12:30\""}, {"to", "\"12:31\""}}, key.substr(of_window.size()), value));
  return value ? nested(key, value) : "{}";
}

std::string policy_meaning(const std::string& text) {
  const auto read = config::parse_policy(text, "/p.yaml");
  if (!read.value) throw std::runtime_error("not right: " + text);
  const licensing::policy& p = read.value->policy;
  const licensing::guards& g = p.guards;
  const auto number = [](auto e) { return static_cast<int>(e); };
  std::string all = fmt::format(
      "{} {} {} {} {} {} {} {} {} {}", number(p.mode), p.bypass_guest_os_family_check,
      number(p.guest_os_family_from), g.confirm_polls, g.grace.count(), g.max_sets_per_poll,
      g.max_removals_per_poll, g.max_set_share, g.max_removal_share, g.retry_after.count());
  for (const licensing::time_window& w : g.windows)
    all += fmt::format(" {}-{} {}", w.from.count(), w.to.count(), w.time_zone);
  return all;
}

std::string examples_file(const std::string& key, const setting& value) {
  static const std::string of_vm = "examples[].vm.", of_expect = "examples[].expect.",
                           of_example = "examples[].";
  if (key == "examples") return nested(key, value);
  std::string part = key.substr(std::min(of_example.size(), key.size()));
  setting what = value;
  if (key.starts_with(of_vm)) {
    part = "vm";
    what = with({}, key.substr(of_vm.size()), value);
  } else if (key.starts_with(of_expect)) {
    part = "expect";
    what = with({{"verdict", "compliant"}}, key.substr(of_expect.size()), value);
  }
  return "examples: [" + with({{"vm", "{name: x}"}, {"expect", "compliant"}}, part, what) + "]";
}

std::string examples_meaning(const std::string& text) {
  const auto read = config::parse_examples(text, "/e.yaml");
  if (!read.value) throw std::runtime_error("not right: " + text);
  return std::string(name(read.value->list.at(0).vm.power));
}

} // namespace

probe of_configuration() {
  return {configuration_file,
          [](const std::string& t) { return lines_of(config::parse_settings(t, "/c").errors); },
          settings_meaning};
}

probe of_policy() {
  return {policy_file,
          [](const std::string& t) { return lines_of(config::parse_policy(t, "/p").errors); },
          policy_meaning};
}

probe of_examples() {
  return {examples_file,
          [](const std::string& t) { return lines_of(config::parse_examples(t, "/e").errors); },
          examples_meaning};
}

} // namespace ovhl::test
