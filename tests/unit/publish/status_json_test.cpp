#include "expected.hpp"
#include "publish/status_file.hpp"
#include "samples.hpp"
#include "schema.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

namespace json = boost::json;
namespace publish = ovhl::publish;
namespace test = ovhl::publish::test;

TEST_CASE(
    "the status of a daemon that has just begun has every key, and null for what is not known") {
  CHECK(publish::status_json(test::starting()) == test::expected("status-starting.json"));
}

TEST_CASE("the status of a fleet with one of everything") {
  CHECK(publish::status_json(test::full()) == test::expected("status-full.json"));
}

TEST_CASE("only the last hundred corrections and errors are told") {
  auto s = test::starting();
  for (int i = 0; i < 250; ++i) {
    publish::correction_row c;
    c.vm_id = i;
    s.corrections.push_back(c);
    auto e = test::server_error();
    e.what.query_id = "query-" + std::to_string(i) + ".";
    s.errors.push_back(e);
  }
  const std::string json = publish::status_json(s);
  const auto has = [&](std::string_view text) { return json.find(text) != std::string::npos; };
  CHECK_FALSE(has("\"vm_id\": 149,"));
  CHECK(has("\"vm_id\": 150,"));
  CHECK(has("\"vm_id\": 249,"));
  CHECK_FALSE(has("query-149."));
  CHECK(has("query-150."));
  CHECK(has("query-249."));
}

TEST_CASE("each finding is one line, whatever its texts hold") {
  auto s = test::starting();
  auto f = test::missing_one();
  f.name = "two\nlines";
  s.findings.assign(1000, f);
  const std::string json = publish::status_json(s);
  const auto empty = publish::status_json(test::starting());
  CHECK(std::count(json.begin(), json.end(), '\n') ==
        std::count(empty.begin(), empty.end(), '\n') + 1001 + 2); // and a cause of them all;
}

TEST_CASE("the schema of a status describes and requires exactly the keys that are written") {
  const json::value described = test::schema("status.schema.json");
  const json::value status = json::parse(publish::status_json(test::full()));
  const auto& types = described.at("definitions");
  test::check_keys(status, described);
  for (const char* part : {"daemon", "policy", "poll", "summary"})
    test::check_keys(status.at(part), types.at(part));
  test::check_keys(status.at("policy").at("last_reload"), types.at("reload"));
  test::check_keys(status.at("datacenters").at(0), types.at("datacenter"));
  test::check_keys(status.at("causes").at(0), types.at("cause"));
  test::check_keys(status.at("causes").at(0).at("due").at(0), types.at("due"));
  test::check_keys(status.at("findings").at(0), types.at("finding"));
  test::check_keys(status.at("corrections").at(0), types.at("correction"));
  test::check_keys(status.at("exemptions").at(0), types.at("exemption"));
  test::check_keys(status.at("errors").at(0), types.at("error"));
  test::check_keys(status.at("accounts").at(0), types.at("account"));
  test::check_keys(status.at("accounts").at(0).at("services").at(0), types.at("service"));
  test::check_keys(status.at("ledger"), types.at("ledger"));
}

TEST_CASE("the schema of a status knows every guard, and none for what nothing holds back") {
  const json::value described = test::schema("status.schema.json");
  std::set<std::string> known{"null"};
  for (const auto by : ovhl::licensing::all_guards)
    known.insert("\"" + std::string(name(by)) + "\"");
  std::set<std::string> told;
  for (const auto& value : described.at_pointer("/definitions/guard/enum").as_array())
    told.insert(json::serialize(value));
  CHECK(told == known);
}
