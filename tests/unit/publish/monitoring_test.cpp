// What is shipped for monitoring, checked by Prometheus' own tool and against our own metrics.
#include "promtool.hpp"
#include "publish/metrics_text.hpp"
#include "samples.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace json = boost::json;
namespace publish = ovhl::publish;
namespace test = ovhl::publish::test;

namespace {

const std::string folder = OVHL_SOURCE_DIR "/packaging/";
const std::string rules_file = folder + "prometheus/ovh-licensed.rules.yaml";
using names = std::set<std::string>;

names metrics_in(const std::string& text) {
  static const std::regex metric("ovh_licensed_[a-z_]+");
  return {std::sregex_token_iterator(text.begin(), text.end(), metric), {}};
}

names our_metrics() { return metrics_in(publish::metrics_text(test::full())); }

names unknown(names used) {
  for (const std::string& known : our_metrics())
    used.erase(known);
  return used;
}

std::string trimmed(const std::string& line) {
  const auto from = line.find_first_not_of(" -");
  return from == std::string::npos ? std::string() : line.substr(from);
}

// The texts after `key: ` of the alerts, by alert; our own rules have them on one line.
std::map<std::string, std::string> of_alerts(const std::string& key) {
  std::map<std::string, std::string> all;
  std::istringstream in(ovhl::test::file_text(rules_file));
  std::string alert;
  for (std::string line; std::getline(in, line);) {
    const std::string text = trimmed(line);
    if (text.starts_with("alert: ")) {
      alert = text.substr(7);
      all[alert];
    } else if (text.starts_with(key + ": ")) {
      all[alert] = text.substr(key.size() + 2);
    }
  }
  return all;
}

// Grafana's variables, as something that Prometheus can parse.
std::string plain(std::string expression) {
  const std::string interval = "$__rate_interval";
  for (std::size_t at = 0; (at = expression.find(interval, at)) != std::string::npos;)
    expression.replace(at, interval.size(), "5m");
  return expression;
}

// Every "expr" anywhere in it.
void collect(const json::value& in, std::vector<std::string>& expressions) {
  if (in.is_array())
    for (const json::value& each : in.as_array())
      collect(each, expressions);
  if (!in.is_object()) return;
  for (const auto& [key, value] : in.as_object()) {
    if (key == "expr") expressions.push_back(plain(std::string(value.as_string())));
    collect(value, expressions);
  }
}

json::value dashboard() {
  return json::parse(ovhl::test::file_text(folder + "grafana/ovh-licensed.json"));
}

std::vector<std::string> expressions_of(const json::value& all) {
  std::vector<std::string> expressions;
  collect(all, expressions);
  return expressions;
}

test::outcome check_expressions(const std::vector<std::string>& expressions) {
  std::string rules = "groups:\n- name: dashboard\n  rules:\n";
  int number = 0;
  for (const std::string& e : expressions)
    rules += "  - record: e" + std::to_string(++number) + "\n    expr: >-\n      " + e + "\n";
  return test::promtool("check rules $IN", rules);
}

} // namespace

TEST_CASE("promtool accepts the alert rules and has nothing to say about them") {
  const auto o = test::promtool("check rules " + rules_file);
  CHECK(o.status == 0);
  CHECK(o.said == "Checking " + rules_file + "\n  SUCCESS: " +
                      std::to_string(of_alerts("expr").size()) + " rules found\n\n");
}

TEST_CASE("each alert fires when it must, from that moment on, and says what to do") {
  const auto o = test::promtool("test rules " + folder + "prometheus/tests/*.yaml");
  INFO(o.said);
  CHECK(o.status == 0);
}

TEST_CASE("every alert has a test in which it fires, and one in which it does not") {
  names fires, silent;
  for (const auto& file : std::filesystem::directory_iterator(folder + "prometheus/tests")) {
    std::istringstream in(ovhl::test::file_text(file.path().string()));
    std::string alert;
    for (std::string line; std::getline(in, line);) {
      const std::string text = trimmed(line);
      if (text.starts_with("alertname: ")) alert = text.substr(11);
      if (text == "exp_alerts: []") silent.insert(alert);
      if (text.starts_with("exp_labels: ")) fires.insert(alert);
    }
  }
  names all;
  for (const auto& [alert, expression] : of_alerts("expr"))
    all.insert(alert);
  CHECK(all.size() > 10);
  CHECK(fires == all);
  CHECK(silent == all);
}

TEST_CASE("every alert has a severity, a summary and a description that names a command") {
  const std::regex severity(R"(\{severity: (warning|critical)\})");
  const std::regex command("'(ovh-licensed|systemctl) [a-z]+");
  for (const auto& [alert, labels] : of_alerts("labels")) {
    CAPTURE(alert);
    CHECK(std::regex_match(labels, severity));
    CHECK_FALSE(of_alerts("summary").at(alert).empty());
    CHECK(std::regex_search(of_alerts("description").at(alert), command));
  }
}

TEST_CASE("critical is only what has been wrong for a day or ends within one") {
  names critical, a_day;
  for (const auto& [alert, labels] : of_alerts("labels"))
    if (labels == "{severity: critical}") critical.insert(alert);
  for (const auto& [alert, duration] : of_alerts("for"))
    if (duration == "1d" && critical.contains(alert)) a_day.insert(alert);
  CHECK(a_day == names{"OvhLicensedLedgerNotWritableForADay", "OvhLicensedMetricsAbsentForADay",
                       "OvhLicensedNothingSeenForADay"});
  for (const std::string& alert : a_day)
    critical.erase(alert);
  CHECK(critical == names{"OvhLicensedCredentialExpiresNow", "OvhLicensedServiceExpiresNow"});
}

TEST_CASE("every alert has a number in its text, but where there is none to be had") {
  names without;
  for (const auto& [alert, summary] : of_alerts("summary"))
    if ((summary + of_alerts("description").at(alert)).find("{{ $value") == std::string::npos)
      without.insert(alert);
  CHECK(without == names{"OvhLicensedMetricsAbsent", "OvhLicensedMetricsAbsentForADay"});
}

TEST_CASE("every alert leads to its part of the page about alerts, and each part is an alert's") {
  std::map<std::string, std::string> parts; // by anchor
  std::istringstream page(ovhl::test::file_text(folder + "prometheus/alerts.md"));
  for (std::string line; std::getline(page, line);)
    if (line.starts_with("## ")) {
      std::string anchor = line.substr(3);
      for (char& c : anchor)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      parts[anchor] = line.substr(3);
    }
  const std::string base = "\"file:///usr/share/ovh-licensed/prometheus/alerts.md#";
  for (const auto& [alert, url] : of_alerts("runbook_url")) {
    CAPTURE(alert);
    REQUIRE(url.starts_with(base));
    const std::string anchor = url.substr(base.size(), url.size() - base.size() - 1);
    CHECK(parts[anchor] == alert);
    parts.erase(anchor);
  }
  CHECK(parts.empty());
}

TEST_CASE("alert rules and dashboard use only metrics that the program has") {
  CHECK(unknown(metrics_in(ovhl::test::file_text(rules_file))) == names{});
  CHECK(unknown(metrics_in(ovhl::test::file_text(folder + "grafana/ovh-licensed.json"))) ==
        names{});
  CHECK(unknown({"ovh_licensed_vms", "ovh_licensed_mood"}) == names{"ovh_licensed_mood"});
}

TEST_CASE("every metric is in the dashboard, but for times that only alerts or people ask for") {
  names unseen = our_metrics();
  for (const std::string& shown :
       metrics_in(ovhl::test::file_text(folder + "grafana/ovh-licensed.json")))
    unseen.erase(shown);
  CHECK(unseen == names{"ovh_licensed_last_partial_timestamp_seconds",
                        "ovh_licensed_last_poll_timestamp_seconds",
                        "ovh_licensed_ledger_last_record_timestamp_seconds"});
}

TEST_CASE("Prometheus understands every expression of the dashboard") {
  const auto expressions = expressions_of(dashboard());
  CHECK(expressions.size() > 20);
  const auto o = check_expressions(expressions);
  INFO(o.said);
  CHECK(o.status == 0);
  CHECK(check_expressions({"sum(ovh_licensed_vms"}).status != 0);
}

TEST_CASE(
    "the dashboard begins with what is undeclared, billed for nothing, how old that is, and due") {
  std::vector<std::pair<std::int64_t, std::string>> first; // by their place from the left
  const json::value board = dashboard();
  for (const json::value& panel : board.at("panels").as_array())
    if (panel.at_pointer("/gridPos/y").as_int64() == 1)
      first.emplace_back(panel.at_pointer("/gridPos/x").as_int64(), panel.at("title").as_string());
  std::sort(first.begin(), first.end());
  CHECK(first == decltype(first){{0, "Undeclared"},
                                 {6, "Billed for nothing"},
                                 {12, "Last complete poll"},
                                 {18, "Corrections due"}});
}

TEST_CASE("no two panels of the dashboard lie on each other") {
  std::set<std::pair<std::int64_t, std::int64_t>> taken;
  const json::value board = dashboard();
  for (const json::value& panel : board.at("panels").as_array()) {
    CAPTURE(panel.at("title").as_string());
    const auto at = [&](const char* key) { return panel.at("gridPos").at(key).as_int64(); };
    CHECK(at("x") + at("w") <= 24);
    for (std::int64_t x = at("x"); x < at("x") + at("w"); ++x)
      for (std::int64_t y = at("y"); y < at("y") + at("h"); ++y)
        CHECK(taken.emplace(x, y).second);
  }
}

TEST_CASE("every panel of the dashboard asks the data source that is chosen, and has its own id") {
  const json::value board = dashboard();
  CHECK(board.at("schemaVersion").as_int64() >= 37); // Grafana 9
  CHECK(board.at_pointer("/templating/list/0/type").as_string() == "datasource");
  std::set<std::int64_t> ids;
  for (const json::value& panel : board.at("panels").as_array()) {
    CHECK(ids.insert(panel.at("id").as_int64()).second);
    if (panel.at("type").as_string() == "row") continue;
    CAPTURE(panel.at("title").as_string());
    CHECK(panel.at_pointer("/datasource/uid").as_string() == "${datasource}");
    for (const json::value& target : panel.at("targets").as_array())
      CHECK(target.at_pointer("/datasource/uid").as_string() == "${datasource}");
  }
}
