// plan: what is shown, and what is written for programs.
#include "json_schema.hpp"
#include "stage.hpp"
#include "support/file_text.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>

using namespace ovhl::test;
namespace json = boost::json;

namespace {

std::string table_of_the_due() {
  return R"(Left by mode report: 3 corrections
VM     ID  WHERE     ACTION   BEFORE                 AFTER                  WHY
web-2   2  pcc-1/12  declare  none                   windows 2022 Standard  windows2019srvNext_64Guest (Windows Server 2022) expects 'windows 2022 Standard', none is declared [policy: guest_os_families 'windows2019srvNext_64Guest']
)";
}

json::value plan_schema() {
  return json::parse(file_text(OVHL_SOURCE_DIR "/config/plan.schema.json"));
}

} // namespace

TEST_CASE(
    "plan shows what is due, changes nothing and says by its exit status that there is drift") {
  stage s;
  const outcome o = s.run({"plan"});
  CHECK(o.status == 2);
  CHECK(o.err == "");
  CHECK(o.out.starts_with(table_of_the_due()));
  CHECK(contains(o.out,
                 "\nold-1   5  pcc-1/12  replace  windows 2022 Standard  windows 2019 Standard  "));
  CHECK(contains(o.out,
                 "\ntux-2   4  pcc-1/12  remove   windows 2022 Standard  none                   "));
  CHECK(contains(o.out, "\nNeeds a decision: 2 VMs\n"));
  CHECK(contains(o.out, "\ndesk-1    7  pcc-2/20  review    "));
  CHECK(contains(o.out, "\nmixed-1   8  pcc-2/20  mismatch  "));
  CHECK_FALSE(contains(o.out, "byol-1")); // exempt VMs are counted, not listed
  CHECK(o.out.ends_with(
      "\n9 VMs: 2 right, 1 undeclared (audit risk), 1 wrong, 1 billed for nothing, "
      "2 need a decision, 1 exempt, 1 managed by OVHcloud. Nothing was changed.\n"
      "0 to declare, 0 to replace, 0 to remove; 3 are due and left by mode report\n"));
  for (const auto& r : s.api.requests())
    CHECK(r.method == "GET");
  CHECK_FALSE(s.has_status()); // the daemon's file is the daemon's
}

TEST_CASE("plan tells apart what apply would make and what the mode leaves, as apply then does") {
  stage s;
  s.write("policy.yaml", policy_that("declare"));
  outcome o = s.run({"plan", "--out", "plan.json"});
  CHECK(o.status == 2);
  CHECK(o.out.starts_with("Would be made: 1 correction\n"));
  CHECK(contains(o.out, "\nLeft by mode declare: 2 corrections\n"));
  CHECK(o.out.ends_with(
      "\n1 to declare, 0 to replace, 0 to remove; 2 more are due and left by mode declare\n"));
  const json::value plan = json::parse(s.content("plan.json"));
  CHECK(mistakes(plan, plan_schema()) == std::vector<std::string>{});
  CHECK(text(plan, "/corrections/0/allowed") == "true");
  CHECK(text(plan, "/corrections/0/state") == "due");
  CHECK(text(plan, "/corrections/1/allowed") == "false");
  CHECK(text(plan, "/corrections/1/state") == "reported");
  s.run({"apply", "--plan", "plan.json", "--yes"});
  CHECK(s.posts().size() == 1);
}

TEST_CASE("plan promises nothing that a guard would not let apply make") {
  stage s;
  s.write("policy.yaml", policy_that("enforce"));
  for (const char* service : {"pcc-1", "pcc-2"})
    s.api.control("PATCH", std::string("/control/services/") + service, R"({"spla": false})");
  outcome o = s.run({"plan", "--out", "plan.json"});
  CHECK(o.status == 2);
  CHECK(o.out.starts_with("Would be made: 1 correction\n")); // what removes needs no activation
  CHECK(contains(o.out, "\nHeld now: 2 corrections\n"));
  CHECK(contains(o.out, "  held by spla: Windows licenses are not activated on pcc-1. "));
  CHECK(o.out.ends_with("\n0 to declare, 0 to replace, 1 to remove; 2 more are held by spla\n"));
  const json::value plan = json::parse(s.content("plan.json"));
  CHECK(mistakes(plan, plan_schema()) == std::vector<std::string>{});
  CHECK(text(plan, "/corrections/0/state") == "held");
  CHECK(text(plan, "/corrections/0/guard") == "spla");
  CHECK(text(plan, "/corrections/0/allowed") == "true");
  for (const char* service : {"pcc-1", "pcc-2"})
    s.api.control("PATCH", std::string("/control/services/") + service, R"({"spla": true})");
  s.run({"apply", "--plan", "plan.json", "--yes"}); // the guard is weighed again
  CHECK(s.posts().size() == 3);
}

TEST_CASE("what plan shows can be narrowed, what it writes is the whole") {
  stage s;
  outcome o = s.run({"plan", "--verdict", "wrong", "--out", "plan.json"});
  CHECK(o.status == 2);
  CHECK(contains(o.out, "\nold-1 "));
  CHECK_FALSE(contains(o.out, "web-2"));
  CHECK(json::parse(s.content("plan.json")).at("corrections").as_array().size() == 3);
  o = s.run({"plan", "--service", "pcc-2", "--json"});
  CHECK(json::parse(o.out).at("corrections").as_array().size() == 3);
  o = s.run({"plan", "--service", "pcc-2", "--format", "csv"});
  CHECK(o.status == 2);
  CHECK(count(o.out, "\r\n") == 1 + 4);
  CHECK(contains(o.out, "\r\nmain,pcc-2,20,7,desk-1,review,"));
}

TEST_CASE("plan takes a handful of requests") {
  stage s(compliant(3000));
  CHECK(s.run({"plan"}).status == 0);
  CHECK(s.api.requests().size() <= 6);
}

TEST_CASE("plan says that nothing is due where all is well") {
  stage s;
  make_compliant(s);
  const outcome o = s.run({"plan"});
  CHECK(o.status == 0);
  CHECK(o.out.ends_with("Nothing is due.\n"));
  CHECK_FALSE(contains(o.out, "corrections"));
}

TEST_CASE("plan claims neither drift nor clean where it could not look at everything") {
  stage s;
  s.api.arm(refusal("/dedicatedCloud/pcc-2/datacenter/20/*"));
  outcome o = s.run({"plan"});
  CHECK(o.status == 3);
  CHECK(contains(o.out, "Left by mode report: 3 corrections"));
  CHECK(contains(o.out, "\nNot everything could be read: more may be due than is shown here.\n"));
  CHECK(contains(o.out, "account main: GET /dedicatedCloud/pcc-2/datacenter/20/vmLicensed: "));
  CHECK(o.err == ""); // what the table says is not said twice
  o = s.run({"plan", "--format", "json"});
  CHECK(contains(o.err, "ovh-licensed: account main: GET "
                        "/dedicatedCloud/pcc-2/datacenter/20/vmLicensed: "));
  make_compliant(s);
  o = s.run({"plan"});
  CHECK(o.status == 3);
  CHECK_FALSE(contains(o.out, "Nothing is due"));
}

TEST_CASE("plan does nothing where the set-up is wrong") {
  stage s;
  s.write("policy.yaml", "nonsense: 1\n");
  const outcome o = s.run({"plan"});
  CHECK(o.status == 1);
  CHECK(o.out == "");
  CHECK(contains(o.err, "policy.yaml:1:1: unknown key 'nonsense'"));
  CHECK(s.api.requests().empty());
}

TEST_CASE("plan's JSON is as its schema describes, and nothing else is on stdout") {
  stage s;
  s.api.control("PATCH", "/control/vms/3", R"({"name": null})");
  const outcome o = s.run({"plan", "--format", "json"});
  CHECK(o.status == 2);
  const json::value plan = json::parse(o.out);
  CHECK(mistakes(plan, plan_schema()) == std::vector<std::string>{});
  CHECK(text(plan, "/complete") == "true");
  CHECK(number(plan, "/summary/vms") == 9);
  REQUIRE(plan.at("corrections").as_array().size() == 3);
  CHECK(text(plan, "/corrections/0/name") == "web-2");
  CHECK(text(plan, "/corrections/0/before") == "null");
  CHECK(text(plan, "/corrections/0/after") == "windows 2022 Standard");
  CHECK(text(plan, "/corrections/0/state") == "reported");
  CHECK(plan.at("findings").as_array().size() == 4);
  CHECK(text(plan, "/accounts/0/name") == "main");
  CHECK(text(plan, "/accounts/0/endpoint") == s.api.endpoint());
}

TEST_CASE("the schema check would find what is missing, wrong or not described") {
  stage s;
  const json::value good = json::parse(s.run({"plan", "--format", "json"}).out);
  json::value bad = good;
  bad.as_object().erase("complete");
  bad.as_object()["extra"] = 1;
  bad.at("summary").as_object()["vms"] = "nine";
  bad.at("corrections").as_array()[0].as_object()["verdict"] = "fine";
  CHECK(mistakes(bad, plan_schema()).size() == 4);
}

TEST_CASE("an incomplete plan's JSON is as its schema describes too") {
  stage s;
  s.api.arm(refusal("/dedicatedCloud/pcc-2/*"));
  const outcome o = s.run({"plan", "--format", "json"});
  CHECK(o.status == 3);
  const json::value plan = json::parse(o.out);
  CHECK(mistakes(plan, plan_schema()) == std::vector<std::string>{});
  CHECK(text(plan, "/complete") == "false");
  CHECK(number(plan, "/errors/0/http_status") == 403);
}

TEST_CASE("plan --out writes the plan beside showing it") {
  stage s;
  const outcome o = s.run({"plan", "--out", "plan.json"});
  CHECK(o.status == 2);
  CHECK(o.out.starts_with("Left by mode report: 3 corrections\n"));
  const json::value plan = json::parse(s.content("plan.json"));
  CHECK(mistakes(plan, plan_schema()) == std::vector<std::string>{});
  CHECK(plan.at("corrections").as_array().size() == 3);
  using std::filesystem::perms;
  CHECK((std::filesystem::status(s.path("plan.json")).permissions() & perms::all) ==
        (perms::owner_read | perms::owner_write | perms::group_read));
}

TEST_CASE("a plan ends with its seal, written or shown") {
  stage s;
  s.run({"plan", "--out", "plan.json"});
  for (const std::string& plan :
       {s.content("plan.json"), s.run({"plan", "--format", "json"}).out}) {
    const std::string start = "\n  \"seal\": \"";
    const auto at = plan.rfind(start);
    REQUIRE(at != std::string::npos);
    const std::string end = plan.substr(at + start.size());
    CHECK(end.find_first_not_of("0123456789abcdef") == 64);
    CHECK(end.substr(64) == "\"\n}\n");
  }
}

TEST_CASE("plan says where it cannot write the plan") {
  stage s;
  for (const char* file : {"missing/plan.json", "/dev/full", "/proc/plan.json"}) {
    CAPTURE(file);
    const outcome o = s.run({"plan", "--out", file});
    CHECK(o.status == 1);
    CHECK(contains(o.err, fmt::format("ovh-licensed: {}: ", file)));
    CHECK(o.out == "");
  }
}

TEST_CASE("plan --out destroys nothing: neither what the configuration names, nor any other file") {
  stage s;
  s.write("policy.yaml", policy_that("enforce"));
  REQUIRE(s.run({"apply", "--yes"}).status == 0);
  s.write("notes.json", "{\"schema\": 1}\n");
  s.write("empty.json", "");
  std::filesystem::create_symlink("ledger.db", s.path("link.json"));
  s.api.forget_requests();
  struct row {
    const char *out, *said;
  };
  constexpr const char* destroys = " is the same file, and a plan would destroy it; name another "
                                   "file with --out\n";
  for (const row& r :
       {row{"ledger.db", "'ledger'"}, row{"link.json", "'ledger'"},
        row{"ledger.db-wal", "the -wal of 'ledger'"},
        row{"ledger.db.lock", "the .lock of 'ledger'"}, row{"policy.yaml", "'policy'"},
        row{"config.yaml", "this file"}, row{"ovh.conf", "'credentials_file' of account main"},
        row{"status.json", "'status.file'"}, row{"metrics.prom", "'status.prometheus'"}}) {
    CAPTURE(r.out);
    const bool there = std::filesystem::exists(s.path(r.out));
    const std::string before = there ? s.content(r.out) : std::string();
    const outcome o = s.run({"plan", "--out", r.out});
    CHECK(o.status == 1);
    CHECK(o.out == "");
    CHECK(o.err == fmt::format("ovh-licensed: {}: {}{}", r.out, r.said, destroys));
    CHECK(std::filesystem::exists(s.path(r.out)) == there);
    if (there) CHECK(s.content(r.out) == before);
  }
  const outcome o = s.run({"plan", "--out", "notes.json"});
  CHECK(o.status == 1);
  CHECK(o.err == "ovh-licensed: notes.json: exists and is not an ovh-licensed plan; name another "
                 "file with --out, or move this one aside\n");
  CHECK(s.content("notes.json") == "{\"schema\": 1}\n");
  CHECK(s.api.requests().empty());

  CHECK(s.run({"plan", "--out", "empty.json"}).status == 0);
  const std::string first = s.content("empty.json");
  CHECK(contains(first, "\"seal\""));
  CHECK(s.run({"plan", "--out", "empty.json"}).status == 0); // a plan makes room for another
}
