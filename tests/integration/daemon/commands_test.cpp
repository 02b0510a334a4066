// plan, explain, test and status, and what all commands have in common.
#include "json_schema.hpp"
#include "stage.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <regex>

using namespace ovhl::test;
namespace json = boost::json;
namespace sim = ovhl::sim;

namespace {

constexpr const char* commands[] = {"run", "check", "plan", "explain", "test", "status"};

std::string table_of_the_due() {
  return R"(Corrections due
VM     ID  WHERE     ACTION         BEFORE                 AFTER                  WHY
web-2   2  pcc-1/12  setLicense     -                      windows 2022 Standard  windows2019srvNext_64Guest (Windows Server 2022) expects 'windows 2022 Standard', none is declared [guest_os_families 'windows2019srvNext_64Guest']
)";
}

json::value plan_schema() {
  std::ifstream in(OVHL_SOURCE_DIR "/config/plan.schema.json");
  return json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
}

void make_compliant(stage& s) {
  s.api.control("PATCH", "/control/vms/2", R"({"license": "windows 2022 Standard"})");
  s.api.control("PATCH", "/control/vms/4", R"({"license": null})");
  s.api.control("PATCH", "/control/vms/5", R"({"license": "windows 2019 Standard"})");
}

sim::fault refusal(const char* path) {
  sim::fault f;
  f.path = path;
  f.status = 403;
  f.times = 0;
  return f;
}

} // namespace

// ---- plan ----

TEST_CASE(
    "plan shows what is due, changes nothing and says by its exit status that there is drift") {
  stage s;
  const outcome o = s.run({"plan"});
  CHECK(o.status == 2);
  CHECK(o.err == "");
  CHECK(o.out.starts_with(table_of_the_due()));
  CHECK(contains(
      o.out,
      "\nold-1   5  pcc-1/12  setLicense     windows 2022 Standard  windows 2019 Standard  "));
  CHECK(contains(
      o.out,
      "\ntux-2   4  pcc-1/12  removeLicense  windows 2022 Standard  -                      "));
  CHECK(contains(o.out, "\nFor a person to decide\n"));
  CHECK(contains(o.out, "\ndesk-1    7  pcc-2/20  review    "));
  CHECK(contains(o.out, "\nmixed-1   8  pcc-2/20  mismatch  "));
  CHECK_FALSE(contains(o.out, "byol-1")); // exempt VMs are counted, not listed
  CHECK(o.out.ends_with(
      "9 VMs: 2 compliant, 1 missing, 1 wrong, 1 superfluous, 1 exempt, 1 review, "
      "1 mismatch, 1 managed.\n"
      "3 corrections are due; the policy's mode is report. Nothing was changed.\n"));
  for (const auto& r : s.api.requests())
    CHECK(r.method == "GET");
  CHECK_FALSE(s.has_status()); // the daemon's file is the daemon's
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
  CHECK_FALSE(contains(o.out, "Corrections due"));
}

TEST_CASE("plan claims neither drift nor clean where it could not look at everything") {
  stage s;
  s.api.arm(refusal("/dedicatedCloud/pcc-2/datacenter/20/*"));
  outcome o = s.run({"plan"});
  CHECK(o.status == 3);
  CHECK(contains(o.out, "Corrections due"));
  CHECK(
      o.out.ends_with("Not everything could be looked at: more may be due than is shown here.\n"));
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
  CHECK(o.out.starts_with("Corrections due\n"));
  const json::value plan = json::parse(s.content("plan.json"));
  CHECK(mistakes(plan, plan_schema()) == std::vector<std::string>{});
  CHECK(plan.at("corrections").as_array().size() == 3);
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

// ---- explain ----

TEST_CASE(
    "explain tells what was seen, what was tried and the verdict, by name in any case or by id") {
  stage s;
  const outcome by_id = s.run({"explain", "2"});
  CHECK(by_id.status == 2);
  CHECK(s.run({"explain", "web-2"}).out == by_id.out);
  CHECK(s.run({"explain", "WEB-2"}).out == by_id.out);
  for (const char* line :
       {"web-2 (2)\n", "  service                 pcc-1\n", "  datacenter              12\n",
        "  guest OS, configured    windows2019srvNext_64Guest (Windows Server 2022)\n",
        "  license                 (null)\n",
        "  license in vmLicensed   unlicensed windows guestos\n",
        "\nTried, in order:\n  · rule 'own licenses': name 'web-2' is not one of byol-*\n",
        "  ✓ guest_os_families 'windows2019srvNext_64Guest': ", "\nVerdict: missing\n",
        "  decided by: guest_os_families 'windows2019srvNext_64Guest'\n",
        "  due: setLicense 'windows 2022 Standard'\n", "  mode report: only reports it\n"}) {
    CAPTURE(line);
    CHECK(contains(by_id.out, line));
  }
}

TEST_CASE("explain is fine with a VM for which nothing is due") {
  stage s;
  const outcome o = s.run({"explain", "byol-1"});
  CHECK(o.status == 0);
  CHECK(contains(o.out, "\nVerdict: exempt\n"));
  CHECK(contains(o.out, "Volume licensing agreement 1234567"));
}

TEST_CASE("explain shows what it can and says by its exit status that not everything was seen") {
  stage s;
  s.api.arm(refusal("/dedicatedCloud/pcc-2/datacenter/20/*"));
  const outcome o = s.run({"explain", "web-2"});
  CHECK(o.status == 3);
  CHECK(contains(o.out, "Verdict: missing"));
  CHECK(contains(o.err, "/dedicatedCloud/pcc-2/datacenter/20/vmLicensed: "));
}

TEST_CASE("explain names the nearest where it knows no such VM") {
  stage s;
  const outcome o = s.run({"explain", "web2"});
  CHECK(o.status == 1);
  CHECK(o.out == "");
  CHECK(std::regex_match(o.err, std::regex("ovh-licensed: no VM has the name or id 'web2'; did you "
                                           "mean 'web-[12]'\\?\n")));
}

TEST_CASE("explain does not claim that a VM is not there where it could not look everywhere") {
  stage s;
  s.api.arm(refusal("/dedicatedCloud/pcc-2/*"));
  CHECK(s.run({"explain", "byol-1"}).status == 3);
}

TEST_CASE("explain tells of each where two VMs have one name") {
  stage s;
  s.api.control("PATCH", "/control/vms/6", R"({"name": "Web-1"})");
  const outcome o = s.run({"explain", "web-1"});
  CHECK(o.status == 2); // for one of them
  CHECK(contains(o.out, "web-1 (1)\n"));
  CHECK(contains(o.out, "Web-1 (6)\n"));
  CHECK(count(o.out, "\nVerdict: ") == 2);
}

// ---- test ----

TEST_CASE(
    "test tells that all examples came out as expected, without the network and credentials") {
  stage s;
  std::filesystem::remove(s.path("ovh.conf"));
  s.write("examples.yaml", R"(examples:
  - name: new servers
    vm: {name: web-1, guest_os_family: windows2019srvNext_64Guest}
    expect: {verdict: missing, license: windows 2022 Standard, action: setLicense}
  - vm: {name: byol-7, guest_os_family: windows2019srvNext_64Guest}
    expect: {verdict: exempt, rule: own licenses}
  - vm: {name: tux, guest_os_family: debian11_64Guest}
    expect: compliant
)");
  const outcome o = s.run({"test", "examples.yaml"});
  CHECK(o.status == 0);
  CHECK(o.out == "3 passed, 0 failed\n");
  CHECK(o.err == "");
  CHECK(s.api.requests().empty());
}

TEST_CASE("an example may expect that nothing in the policy decides") {
  stage s;
  s.write("policy.yaml", "rules:\n  - {name: one, match: {name: a}, license: none}\n");
  s.write("examples.yaml", R"(examples:
  - vm: {name: b, guest_os_family: windows2019srv_64Guest}
    expect: {verdict: review, rule: none}
  - vm: {name: a, guest_os_family: windows2019srv_64Guest}
    expect: {verdict: compliant, rule: none}
)");
  const outcome o = s.run({"test", "examples.yaml"});
  CHECK(o.status == 1);
  CHECK(contains(o.out, "examples.yaml:4: a\n    rule: expected 'none', got 'rule 'one''\n"));
  CHECK(contains(o.out, "1 passed, 1 failed\n"));
}

TEST_CASE("test tells every difference of the examples that came out otherwise") {
  stage s;
  s.write("examples.yaml", R"(examples:
  - name: new servers
    vm: {name: web-1, guest_os_family: windows2019srvNext_64Guest}
    expect: {verdict: compliant, license: none, action: none, rule: own licenses}
  - vm: {name: tux, guest_os_family: debian11_64Guest}
    expect: compliant
)");
  const outcome o = s.run({"test", "examples.yaml"});
  CHECK(o.status == 1);
  CHECK(o.out == R"(examples.yaml:2: new servers
    verdict: expected 'compliant', got 'missing'
    license: expected 'none', got 'windows 2022 Standard'
    action: expected 'none', got 'setLicense'
    rule: expected 'own licenses', got 'guest_os_families 'windows2019srvNext_64Guest''
    because: windows2019srvNext_64Guest (Windows Server 2022) expects 'windows 2022 Standard', none is declared
1 passed, 1 failed
)");
}

TEST_CASE("test locates the mistakes in a file of examples") {
  stage s;
  s.write("examples.yaml", "examples:\n  - vm: {nme: x}\n    expect: missing\n");
  const outcome o = s.run({"test", "examples.yaml"});
  CHECK(o.status == 1);
  CHECK(o.out == "");
  CHECK(contains(o.err, "examples.yaml:2:10: unknown key 'nme'; did you mean 'name'?\n"));
  CHECK(s.run({"test", "missing.yaml"}).err ==
        "missing.yaml: it cannot be read: No such file or directory\n");
}

// ---- status ----

TEST_CASE("status shows what the daemon wrote, and says by its exit status that there is drift") {
  stage s;
  process& daemon = s.daemon_at_rest();
  const outcome o = s.run({"status"});
  CHECK(o.status == 2);
  CHECK(o.err == "");
  CHECK(std::regex_search(
      o.out, std::regex(fmt::format("^ovh-licensed \\d+\\.\\d+\\.\\d+, process {}: ok, started ",
                                    daemon.id()))));
  CHECK(contains(o.out, "\n9 VMs\nVERDICT      VMS\ncompliant      2\nmissing        1\n"));
  CHECK(contains(o.out, "\nFindings: 3 corrections due\n"));
  CHECK(contains(o.out, "\nweb-2     2  missing (reported)      pcc-1/12  "));
}

TEST_CASE("status as JSON is the status file, byte by byte") {
  stage s;
  s.daemon_at_rest();
  const outcome o = s.run({"status", "--format", "json"});
  CHECK(o.status == 2);
  CHECK(o.out == s.content("status.json"));
}

TEST_CASE("status is fine where nothing is due") {
  stage s;
  make_compliant(s);
  s.daemon_at_rest();
  CHECK(s.run({"status"}).status == 0);
}

TEST_CASE("status claims nothing of a daemon that was stopped, or is gone, or never wrote") {
  stage s;
  const outcome never = s.run({"status"});
  CHECK(never.status == 3);
  CHECK(never.out == "");
  CHECK(never.err == "ovh-licensed: status.json: there is no status to show: No such file or "
                     "directory; is the daemon running, and with this configuration?\n");

  process& killed = s.daemon_at_rest();
  killed.kill();
  const outcome gone = s.run({"status"});
  CHECK(gone.status == 3);
  CHECK(gone.err ==
        fmt::format("ovh-licensed: the daemon is gone: there is no process {}\n", killed.id()));
  CHECK(contains(gone.out, "\n9 VMs\n")); // what it saw last is shown all the same

  process& stopped = s.start_daemon();
  s.wait_for_status(stopped, "the second daemon's", [&](const json::value& v) {
    return number(v, "/daemon/pid") == stopped.id() && text(v, "/daemon/state") == "ok";
  });
  stopped.signal(SIGTERM);
  stopped.wait_for_end();
  const outcome over = s.run({"status"});
  CHECK(over.status == 3);
  CHECK(over.err == "ovh-licensed: the daemon has been stopped\n");
}

TEST_CASE("status tells what is wrong with a status file that it cannot read") {
  stage s;
  s.write("status.json", "{\"schema\": 1, \"daemon\": ");
  const outcome o = s.run({"status"});
  CHECK(o.status == 3);
  CHECK(o.out == "");
  CHECK(o.err.starts_with("ovh-licensed: status.json: "));
}

// ---- all of them ----

TEST_CASE("every command has help, and tells the program's version") {
  stage s;
  const std::regex version("ovh-licensed \\d+\\.\\d+\\.\\d+\n");
  for (const char* command : commands) {
    CAPTURE(command);
    const outcome help = s.run({command, "--help"});
    CHECK(help.status == 0);
    CHECK(help.err == "");
    CHECK(contains(help.out, fmt::format("Usage: ovh-licensed {} ", command)));
    CHECK(contains(help.out, "Exit status, of every command:"));
    const outcome told = s.run({command, "--version"});
    CHECK(told.status == 0);
    CHECK(std::regex_match(told.out, version));
  }
  const outcome help = s.run({"--help"});
  CHECK(help.status == 0);
  for (const char* command : commands)
    CHECK(contains(help.out, fmt::format("\n  {} ", command)));
  CHECK(std::regex_match(s.run({"--version"}).out, version));
}

TEST_CASE("wrong usage is explained on stderr, and nothing is done") {
  struct misuse {
    std::vector<std::string> arguments;
    std::string said;
  };
  const std::vector<misuse> all{
      {{}, "A subcommand is required"},
      {{"nonsense"}, "unknown command 'nonsense'\n"},
      {{"plna"}, "unknown command 'plna'; did you mean 'plan'?\n"},
      {{"plan", "--bogus"}, "--bogus"},
      {{"plan", "extra"}, "extra"},
      {{"plan", "--format", "yaml"}, "--format: must be json|table, not 'yaml'\n"},
      {{"plan", "--format", "1"}, "--format: must be json|table, not '1'\n"},
      {{"status", "--format", "table"}, "--format: must be json|text, not 'table'\n"},
      {{"explain"}, "VM is required"},
      {{"test"}, "FILE is required"},
  };
  stage s;
  for (const misuse& m : all) {
    CAPTURE(m.said);
    const outcome o = s.run(m.arguments);
    CHECK(o.status == 1);
    CHECK(o.out == "");
    CHECK(contains(o.err, m.said));
  }
  CHECK(s.api.requests().empty());
}

TEST_CASE("-c may stand behind the command, and is where relative paths start") {
  stage s;
  launch how = s.command({});
  how.arguments = {"check", "-c", s.path("config.yaml").string()};
  how.folder = "/";
  const outcome o = s.run_as(how);
  CHECK(o.status == 0);
  CHECK(contains(o.out, s.path("policy.yaml").string() + ": fine"));
}

TEST_CASE("a stdout that takes nothing is an error, not a crash") {
  stage s;
  s.write("examples.yaml", "examples:\n  - vm: {name: a}\n    expect: compliant\n");
  s.daemon_at_rest();
  const std::vector<std::vector<std::string>> all{
      {"plan"},  {"plan", "--format", "json"}, {"explain", "web-1"},
      {"check"}, {"test", "examples.yaml"},    {"status"}};
  for (const auto& arguments : all) {
    CAPTURE(arguments.front());
    launch how = s.command(arguments);
    how.output = "/dev/full";
    const outcome o = s.run_as(how);
    CHECK(o.status == 1);
    CHECK(contains(o.err, "ovh-licensed: writing to standard output: No space left on device\n"));
  }
}

TEST_CASE("a daemon whose configuration is wrong ends at once, with every mistake said") {
  stage s;
  s.write("policy.yaml", "mdoe: report\nrules: 1\n");
  process& daemon = s.start_daemon();
  CHECK(daemon.wait_for_end().status == 1);
  CHECK(contains(daemon.err(), "policy.yaml:1:1: unknown key 'mdoe'; did you mean 'mode'?\n"));
  CHECK(contains(daemon.err(), "policy.yaml:2:8: "));
  CHECK_FALSE(s.has_status());
}
