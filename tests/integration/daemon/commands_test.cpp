// status, and what all commands have in common.
#include "stage.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <csignal>
#include <regex>

using namespace ovhl::test;
namespace json = boost::json;

namespace {

constexpr const char* commands[] = {"run",     "check", "reload", "plan",  "apply",
                                    "explain", "test",  "status", "verify"};

} // namespace

// ---- status ----

TEST_CASE("status shows what the daemon wrote, and says by its exit status that there is drift") {
  stage s;
  process& daemon = s.daemon_at_rest();
  const outcome o = s.run({"status"});
  CHECK(o.status == 2);
  CHECK(o.err == "");
  CHECK(std::regex_search(o.out, std::regex(fmt::format("^ok: everything was read (.*\n)*"
                                                        "daemon .* process {}, started ",
                                                        daemon.id()))));
  CHECK(contains(o.out, "\n9 VMs\nVERDICT      VMS  MEANS\ncompliant      2  matches the policy\n"
                        "missing        1  a license is expected, none is declared\n"));
  CHECK(contains(o.out, "\n5 causes\n"));
  CHECK(contains(s.run({"status", "--rows"}).out,
                 "\nweb-2     2  missing (reported)      pcc-1/12  "));
}

TEST_CASE("status as JSON is the status file, byte by byte") {
  stage s;
  s.daemon_at_rest();
  const outcome o = s.run({"status", "--format", "json"});
  CHECK(o.status == 2);
  CHECK(o.out == s.content("status.json"));
}

TEST_CASE("status as CSV says on stderr that the status file lists only some of the VMs") {
  stage s;
  configuration few;
  few.status = "{file: status.json, prometheus: metrics.prom, max_findings: 2}";
  s.configure(few);
  s.daemon_at_rest();
  const outcome o = s.run({"status", "--format", "csv"});
  CHECK(o.status == 2);
  CHECK(lines(o.out).size() == 3);
  CHECK(o.err == "ovh-licensed: the status file lists 2 of 7 VMs; sudo ovh-licensed plan --format "
                 "csv lists all\n");
}

TEST_CASE("status says what there is where a filter matches nothing, with the same exit status") {
  stage s;
  s.daemon_at_rest();
  const outcome o = s.run({"status", "--service", "pcc-x", "--verdict", "review,mismatch"});
  CHECK(o.status == 2);
  CHECK(o.err == "ovh-licensed: no VM of service 'pcc-x'; there are: pcc-1, pcc-2\n");
  CHECK(s.run({"status", "--service", "pcc-1", "--verdict", "review,mismatch"}).err == "");
  CHECK(contains(s.run({"status", "--format", "csv", "--rule", "nonsense"}).err,
                 "ovh-licensed: no VM listed was decided by 'nonsense'; there are: "));
}

TEST_CASE("status is fine where nothing is due") {
  stage s;
  make_compliant(s);
  s.daemon_at_rest();
  CHECK(s.run({"status"}).status == 0);
}

TEST_CASE("status does not wait for a pipe that lies where the status should be") {
  stage s;
  REQUIRE(::mkfifo(s.path("status.json").c_str(), 0644) == 0);
  const outcome o = s.run({"status"});
  CHECK(o.status == 3);
  CHECK(o.err == "ovh-licensed: status.json: there is no status to show: this is not a regular "
                 "file; is the daemon running, and with this configuration?\n");
  CHECK(contains(s.run({"status", "--format", "icinga"}).out, "this is not a regular file"));
}

TEST_CASE("status claims nothing of a daemon that was stopped, or is gone, or never wrote") {
  stage s;
  const outcome never = s.run({"status"});
  CHECK(never.status == 3);
  CHECK(never.out.starts_with("not running: the daemon has not run since the machine was started, "
                              "there is no status.json\n\nWhat to do next\n"));
  CHECK(contains(never.out, "\nsudo systemctl start ovh-licensed  "));
  CHECK(never.err == "");
  CHECK(s.run({"status", "--json"}).err ==
        "ovh-licensed: status.json: there is no status to show: No such file or directory; is the "
        "daemon running, and with this configuration?\n");

  process& killed = s.daemon_at_rest();
  killed.kill();
  const outcome gone = s.run({"status"});
  CHECK(gone.status == 3);
  CHECK(gone.err == "");
  CHECK(gone.out.starts_with(fmt::format(
      "not running: the daemon is gone, there is no process {}; it last polled ", killed.id())));
  CHECK(s.run({"status", "--json"}).err ==
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
  CHECK(over.out.starts_with("not running: the daemon has been stopped; it last polled "));
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
    CHECK(contains(help.out, "\nExit status of every command ("));
    CHECK(contains(help.out, "\n  4  a correction failed or was held back; for verify: the ledger "
                             "is not intact\n"));
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
      {{"nonsense"}, "unknown command 'nonsense'\n"},
      {{"plna"}, "unknown command 'plna'; did you mean 'plan'?\n"},
      {{"plan", "--formt", "json"}, "unknown option '--formt'; did you mean '--format'?\n"},
      {{"plan", "--formt=json"}, "unknown option '--formt'; did you mean '--format'?\n"},
      {{"--verison"}, "unknown option '--verison'; did you mean '--version'?\n"},
      {{"check", "--zzz"}, "unknown option '--zzz'\n"},
      {{"explain", "--confg", "x"}, "unknown option '--confg'; did you mean '--config'?\n"},
      {{"apply", "--dry-run"},
       "unknown option '--dry-run'; 'ovh-licensed plan' shows what is due and changes nothing\n"},
      {{"run", "--once"},
       "unknown option '--once'; 'ovh-licensed plan' looks once and changes nothing\n"},
      {{"help", "plna"}, "unknown command 'plna'; did you mean 'plan'?\n"},
      {{"plan", "--json", "--format", "json"}, "--json"},
      {{"plan", "--bogus"}, "--bogus"},
      {{"plan", "extra"}, "unexpected argument 'extra'\nSee 'ovh-licensed help plan'.\n"},
      {{"apply", "--plan"}, "--plan needs a value: FILE\nSee 'ovh-licensed help apply'.\n"},
      {{"apply", "--old"}, "--old requires --plan\n"},
      {{"status", "--limit", "-1"}, "--limit: must be a positive number such as 20, not '-1'\n"},
      {{"status", "--limit", "0"}, "--limit: must be a positive number such as 20, not '0'\n"},
      {{"status", "--limit="}, "--limit"},
      {{"plan", "--limit", "99999999999999999999"},
       "--limit: must be a positive number such as 20"},
      {{"history", "--limit", "abc"}, "--limit: must be a positive number such as 20, not 'abc'\n"},
      {{"status", "--datacenter", "x"},
       "--datacenter: must be the ID of a datacenter, a number such as 12, not 'x'\n"},
      {{"status", "--verdict", "compliant"},
       "--verdict: must be missing, wrong, superfluous, exempt, review, mismatch or managed, not "
       "'compliant'\n"},
      {{"status", "--verdict", "review,mismtach"}, "not 'mismtach'; did you mean 'mismatch'?\n"},
      {{"plan", "--format", "yaml"}, "--format: must be table|json|csv, not 'yaml'\n"},
      {{"plan", "--format", "1"}, "--format: must be table|json|csv, not '1'\n"},
      {{"status", "--format", "table"}, "--format: must be text|json|csv|icinga, not 'table'\n"},
      {{"status", "--strict"}, "--strict: requires --format icinga\n"},
      {{"reload"}, "PID is missing: process ID of the daemon\n"},
      {{"reload", "1"}, "PID: must be the process ID of the daemon, not '1'\n"},
      {{"reload", "-1"}, "-1"},
      {{"explain"}, "VM is missing: its name or ID\nSee 'ovh-licensed help explain'.\n"},
      {{"test"}, "FILE is missing: the examples\n"},
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

TEST_CASE("a reader that has had enough hears no complaint, and the status is the command's own") {
  if (!std::filesystem::exists("/bin/bash")) return;
  stage s;
  s.write(
      "examples.yaml",
      "examples:\n  - vm: {name: a, guest_os_family: debian11_64Guest}\n    expect: compliant\n");
  s.daemon_at_rest();
  const std::vector<std::pair<std::string, int>> all{
      {"plan", 2},  {"plan --format json", 2}, {"explain web-2", 2},
      {"check", 0}, {"test examples.yaml", 0}, {"status", 2}};
  for (const auto& [arguments, status] : all) {
    CAPTURE(arguments);
    launch how = s.command({});
    // The reader is gone before the command begins.
    const std::string line = "exec 3> >(:); wait $!; exec '" + how.program.string() +
                             "' -c config.yaml " + arguments + " >&3";
    how.program = "/bin/bash";
    how.arguments = {"-c", line};
    const outcome o = s.run_as(how);
    CHECK(o.err == "");
    CHECK(o.status == status);
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

TEST_CASE("Without a command the program shows its help, which is wrong usage all the same") {
  stage s;
  const std::string program = s.run({"--help"}).out;
  launch how = s.command({});
  how.arguments.clear();
  const outcome bare = s.run_as(how);
  CHECK(bare.status == 1);
  CHECK(bare.out == program);
  CHECK(bare.err == "");
}

TEST_CASE("help and version are commands, too") {
  stage s;
  const auto same = [&](std::vector<std::string> command, std::vector<std::string> option) {
    const outcome a = s.run(command), b = s.run(option);
    CHECK(a.status == 0);
    CHECK(a.out == b.out);
    CHECK(a.err == "");
  };
  same({"help"}, {"--help"});
  same({"version"}, {"--version"});
  same({"help", "plan"}, {"plan", "--help"});
}

TEST_CASE("--json is short for --format json") {
  stage s;
  const std::string json = s.run({"plan", "--json"}).out;
  CHECK(json.starts_with("{\n  \"schema\": 1,"));
}
