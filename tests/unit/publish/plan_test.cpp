#include "expected.hpp"
#include "publish/plan.hpp"
#include "publish/plan_file.hpp"
#include "publish/plan_text.hpp"
#include "samples.hpp"
#include "schema.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <string>

namespace json = boost::json;
namespace publish = ovhl::publish;
namespace test = ovhl::publish::test;
using ovhl::terminal;
TEST_CASE("a plan as JSON has all that is needed to make its corrections") {
  CHECK(publish::plan_json(test::plan(), test::seal_key) == test::expected("plan.json"));
}

TEST_CASE("a plan is told where no person is looking, at 60 columns, and at 100 in colour") {
  CHECK(publish::plan_text(test::plan(), terminal{}) == test::expected("plan.txt"));
  CHECK(publish::plan_text(test::plan(), {true, false, 60}) == test::expected("plan-60.txt"));
  CHECK(publish::plan_text(test::plan(), {true, true, 100}) ==
        test::expected("plan-100-colour.txt"));
}

TEST_CASE("a compliant fleet has a plan of two lines") {
  CHECK(publish::plan_text(test::nothing_due(), terminal{}) ==
        "1,200 VMs: 1,200 right. Nothing was changed.\nNothing is due.\n");
}

TEST_CASE("one that could not be read whole does not claim that nothing is due") {
  auto plan = test::nothing_due();
  plan.complete = false;
  CHECK(publish::plan_text(plan, terminal{}) ==
        "1,200 VMs: 1,200 right. Nothing was changed.\n"
        "Not everything could be read: more may be due than is shown here.\n");
}

TEST_CASE("places are told with their account where there are several") {
  auto plan = test::plan();
  plan.datacenters[1].where.account = plan.corrections[1].where.account = "lab";
  const std::string text = publish::plan_text(plan, terminal{});
  CHECK(text.find("  main: pcc-192-0-2-1/12  ") != std::string::npos);
  CHECK(text.find("  lab: pcc-192-0-2-2/7 ") != std::string::npos);
}

TEST_CASE("the schema of a plan describes and requires exactly the keys that are written") {
  const json::value described = test::schema("plan.schema.json");
  const json::value plan = json::parse(publish::plan_json(test::plan(), test::seal_key));
  const auto& types = described.at("definitions");
  test::check_keys(plan, described);
  test::check_keys(plan.at("policy"), types.at("policy"));
  test::check_keys(plan.at("accounts").at(0), types.at("account"));
  test::check_keys(plan.at("summary"), types.at("summary"));
  test::check_keys(plan.at("corrections").at(0), types.at("correction"));
  test::check_keys(plan.at("findings").at(0), types.at("finding"));
  test::check_keys(plan.at("datacenters").at(0), types.at("datacenter"));
  test::check_keys(plan.at("errors").at(0), types.at("error"));
}
