#include "expected.hpp"
#include "publish/plan.hpp"
#include "samples.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace json = boost::json;
namespace publish = ovhl::publish;
namespace test = ovhl::publish::test;
using ovhl::terminal;
using names = std::set<std::string>;

namespace {

json::value schema() {
  std::ifstream file(OVHL_SOURCE_DIR "/config/plan.schema.json", std::ios::binary);
  return json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
}

names keys(const json::value& object) {
  names all;
  for (const auto& member : object.as_object())
    all.emplace(member.key());
  return all;
}

names required(const json::value& type) {
  names all;
  for (const auto& name : type.at("required").as_array())
    all.emplace(name.as_string());
  return all;
}

} // namespace

TEST_CASE("a plan as JSON has all that is needed to make its corrections") {
  CHECK(publish::plan_json(test::plan()) == test::expected("plan.json"));
}

TEST_CASE("a plan is told where no person is looking, at 60 columns, and at 100 in colour") {
  CHECK(publish::plan_table(test::plan(), terminal{}) == test::expected("plan.txt"));
  CHECK(publish::plan_table(test::plan(), {true, false, 60}) == test::expected("plan-60.txt"));
  CHECK(publish::plan_table(test::plan(), {true, true, 100}) ==
        test::expected("plan-100-colour.txt"));
}

TEST_CASE("a fleet in which all is well has a plan of two lines") {
  CHECK(publish::plan_table(test::nothing_due(), terminal{}) ==
        "1,200 VMs: 1,200 compliant.\nNothing is due.\n");
}

TEST_CASE("one that could not be looked at whole does not claim that nothing is due") {
  auto plan = test::nothing_due();
  plan.complete = false;
  CHECK(publish::plan_table(plan, terminal{}) ==
        "1,200 VMs: 1,200 compliant.\n"
        "Not everything could be looked at: more may be due than is shown here.\n");
}

TEST_CASE("places are told with their account where there are several") {
  auto plan = test::plan();
  plan.datacenters[1].where.account = plan.corrections[1].where.account = "lab";
  const std::string text = publish::plan_table(plan, terminal{});
  CHECK(text.find("  main: pcc-192-0-2-1/12  ") != std::string::npos);
  CHECK(text.find("  lab: pcc-192-0-2-2/7 ") != std::string::npos);
}

TEST_CASE("the schema of a plan describes and requires exactly the keys that are written") {
  const json::value described = schema();
  const json::value plan = json::parse(publish::plan_json(test::plan()));
  const auto check = [](const json::value& written, const json::value& type) {
    CHECK(keys(written) == keys(type.at("properties")));
    CHECK(keys(written) == required(type));
  };
  const auto& types = described.at("definitions");
  check(plan, described);
  check(plan.at("policy"), types.at("policy"));
  check(plan.at("summary"), types.at("summary"));
  check(plan.at("corrections").at(0), types.at("correction"));
  check(plan.at("findings").at(0), types.at("finding"));
  check(plan.at("datacenters").at(0), types.at("datacenter"));
  check(plan.at("errors").at(0), types.at("error"));
}
