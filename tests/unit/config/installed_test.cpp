// The files as they are installed, and the schemas beside them: editors and the program must agree.
#include "config/default_policy.hpp"
#include "config/policy_file.hpp"
#include "config/settings.hpp"
#include "licensing/license.hpp"
#include "said.hpp"
#include "support/file_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

using namespace ovhl;
using namespace ovhl::config;
namespace json = boost::json;

namespace {

const std::filesystem::path folder = std::filesystem::path(OVHL_SOURCE_DIR) / "config";

json::value schema(const char* name) { return json::parse(test::file_text(folder / name)); }

using errors_of = std::function<std::vector<diagnostic>(const std::string&)>;
using names = std::set<std::string>;

// What the reader itself says can stand where `before` ends and `after` begins.
names known_to_reader(const errors_of& errors, const std::string& before,
                      const std::string& after) {
  constexpr std::string_view hint = "unknown key 'zzzzzzzzzzzzzzzz'; allowed here: ";
  names found;
  for (const diagnostic& d : errors(before + "{zzzzzzzzzzzzzzzz: 1}" + after)) {
    if (!d.message.starts_with(hint)) continue;
    std::string rest = d.message.substr(hint.size()) + ", ";
    for (std::size_t end = 0; (end = rest.find(", ")) != std::string::npos; rest.erase(0, end + 2))
      found.insert(rest.substr(0, end));
  }
  return found;
}

struct comparison {
  const errors_of& errors;
  const json::value& root;
  int compared = 0;

  // Every mapping that `s` describes has the keys that the reader knows there.
  void walk(const json::value& s, const std::string& before, const std::string& after) {
    if (!s.is_object()) return;
    const json::object& o = s.as_object();
    if (const auto* ref = o.if_contains("$ref")) {
      const std::string_view to = json::string_view(ref->as_string());
      return walk(root.at("definitions").at(to.substr(to.rfind('/') + 1)), before, after);
    }
    for (const char* several : {"anyOf", "allOf"})
      if (const auto* list = o.if_contains(several))
        for (const json::value& one : list->as_array())
          walk(one, before, after);
    if (const auto* items = o.if_contains("items")) walk(*items, before + "[", "]" + after);
    if (const auto* free = o.if_contains("additionalProperties"))
      walk(*free, before + "{any: ", "}" + after);
    if (const auto* properties = o.if_contains("properties")) {
      names described;
      for (const auto& property : properties->as_object()) {
        const std::string key = property.key();
        described.insert(key);
        CAPTURE(key);
        CHECK(property.value().is_object());
        walk(property.value(), before + "{" + key + ": ", "}" + after);
      }
      CAPTURE(before);
      CHECK((described == known_to_reader(errors, before, after)));
      CHECK((o.at("additionalProperties") == false));
      ++compared;
    }
  }
};

const errors_of settings_errors = [](const std::string& text) {
  return parse_settings(text, "c").errors;
};
const errors_of policy_errors = [](const std::string& text) {
  return parse_policy(text, "p").errors;
};

// The file with the settings in force that stand in comments: after a '#' and no space, or two.
std::string with_comments_in_force(const std::string& text) {
  std::istringstream in(text);
  std::string out;
  for (std::string line; std::getline(in, line);) {
    const auto hash = line.find_first_not_of(' ');
    if (hash != std::string::npos && line[hash] == '#') {
      const std::string rest = line.substr(hash + 1);
      const bool prose = rest.starts_with(' ') && !rest.starts_with("  ");
      line = prose ? "" : line.substr(0, hash) + rest;
    }
    out += line + "\n";
  }
  return out;
}

} // namespace

TEST_CASE("The installed configuration and policy are right as they stand, and change nothing") {
  const auto settings = read_settings(folder / "config.yaml");
  CHECK(lines(settings.errors).empty());
  CHECK(lines(settings.warnings).empty());
  REQUIRE(settings.value);
  CHECK(settings.value->policy == folder / "policy.yaml");

  const auto policy = read_policy(folder / "policy.yaml");
  CHECK(lines(policy.errors).empty());
  CHECK(lines(policy.warnings).empty());
  REQUIRE(policy.value);
  CHECK(policy.value->policy.mode == licensing::mode::report);
  CHECK(policy.value->policy.rules.empty());
  CHECK(policy.value->policy.extends_default);
}

TEST_CASE("The default mapping that is installed for people to read is the one in the program") {
  CHECK(test::file_text(folder / "policy-default.yaml") == std::string(default_policy()));
}

TEST_CASE("What the installed configuration shows as defaults are the defaults") {
  const std::string all = with_comments_in_force(test::file_text(folder / "config.yaml"));
  const auto shown = parse_settings(all, folder / "config.yaml");
  CHECK(lines(shown.errors).empty());
  REQUIRE(shown.value);
  const settings& s = *shown.value;
  const settings as_is = *read_settings(folder / "config.yaml").value;
  CHECK(s.poll.interval == as_is.poll.interval);
  CHECK(s.poll.timeout == as_is.poll.timeout);
  CHECK(s.api == as_is.api);
  CHECK(s.corrections == as_is.corrections);
  CHECK(s.status.file == as_is.status.file);
  CHECK((s.status.prometheus == as_is.status.prometheus));
  CHECK(s.status.max_findings == as_is.status.max_findings);
  CHECK(s.ledger == as_is.ledger);
  CHECK(s.http == as_is.http);
  CHECK((s.log.level == as_is.log.level));
  CHECK((s.log.format == as_is.log.format));
}

TEST_CASE("What the installed policy shows in comments can be put in force") {
  std::string all = with_comments_in_force(test::file_text(folder / "policy.yaml"));
  all.replace(all.find("rules: []"), 9, "rules:");
  const auto shown = parse_policy(all, "policy.yaml");
  CHECK(lines(shown.errors).empty());
  REQUIRE(shown.value);
  const licensing::policy& p = shown.value->policy;
  CHECK(p.rules.size() == 3);
  const licensing::guards standard;
  CHECK(p.guards.confirm_polls == standard.confirm_polls);
  CHECK(p.guards.grace == standard.grace);
  CHECK(p.guards.max_sets_per_poll == standard.max_sets_per_poll);
  CHECK(p.guards.max_removals_per_poll == standard.max_removals_per_poll);
  CHECK(p.guards.max_set_share == standard.max_set_share);
  CHECK(p.guards.max_removal_share == standard.max_removal_share);
  CHECK(p.guards.retry_after == standard.retry_after);
  CHECK(p.guards.windows.size() == 1);
}

TEST_CASE("The schemas know every key that the readers know, and no other") {
  const json::value config_schema = schema("config.schema.json");
  comparison settings{settings_errors, config_schema};
  settings.walk(config_schema, "", "");
  CHECK(settings.compared == 6); // the file, accounts, poll, api, status, log

  const json::value policy_schema = schema("policy.schema.json");
  comparison policy{policy_errors, policy_schema};
  policy.walk(policy_schema, "", "");
  CHECK(policy.compared == 6); // the file, a map entry, a rule, match, guards, a window
}

TEST_CASE("The schema completes exactly the licenses that can be declared") {
  const json::value policy_schema = schema("policy.schema.json");
  names described;
  for (const json::value& license :
       policy_schema.at("definitions").at("license").at("enum").as_array())
    described.insert(std::string(json::string_view(license.as_string())));
  const auto settable = licensing::settable_licenses();
  CHECK((described == names(settable.begin(), settable.end())));
}
