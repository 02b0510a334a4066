// `status --format icinga`: the line and the exit status that monitoring sees.
#include "base/timestamp.hpp"
#include "stage.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

using namespace ovhl::test;

namespace {

outcome check(stage& s) { return s.run({"status", "--format", "icinga"}); }

// The first line without its performance data.
std::string said(const outcome& o) {
  const std::string line = lines(o.out).at(0);
  return line.substr(0, line.find(" | "));
}

} // namespace

TEST_CASE("a fleet with one of everything is a warning, in one line with performance data") {
  stage s;
  s.daemon_at_rest();
  const outcome o = check(s);
  CHECK(o.status == 1);
  CHECK(o.err == "");
  CHECK(said(o) == "OVH_LICENSED WARNING - 1 VM needs a decision: ovh-licensed explain VM (and 1 "
                   "more); 9 VMs");
  const std::regex data("vms=9;;;0 compliant=2;;;0( [a-z]+=1;;;0){7} due=3;;;0 held=0;;;0 "
                        "failed=0;;;0 poll_age=\\d+s;;;0");
  const std::string first = lines(o.out).at(0);
  CHECK(std::regex_match(first.substr(first.find(" | ") + 3), data));
  CHECK(contains(o.out, "\nweb-2 (2): missing, "));
}

TEST_CASE("what the mode only reports is a warning with --strict alone") {
  stage s;
  s.daemon_at_rest();
  const std::string reported = "3 corrections due (mode report: not applied)";
  CHECK_FALSE(contains(check(s).out, reported));
  const outcome strict = s.run({"status", "--format", "icinga", "--strict"});
  CHECK(strict.status == 1);
  CHECK(said(strict) ==
        "OVH_LICENSED WARNING - " + reported + ": ovh-licensed plan (and 2 more); 9 VMs");
}

TEST_CASE("a fleet in which all is well is fine") {
  stage s(compliant());
  s.daemon_at_rest();
  const outcome o = check(s);
  CHECK(o.status == 0);
  CHECK(said(o) == "OVH_LICENSED OK - 2 VMs, nothing due");
  CHECK(lines(o.out).size() == 1);
}

TEST_CASE("credentials that expire within a day are critical, and status says so to people, too") {
  stage s(compliant());
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string end = ovhl::timestamp(now + std::chrono::hours(20));
  s.api.control("PATCH", "/control/credentials/1", fmt::format(R"({{"expiration": "{}"}})", end));
  process& daemon = s.daemon_at_rest();
  s.wait_for_status(daemon, "the expiry dates", [&](const boost::json::value& v) {
    return text(v, "/accounts/0/credential_expires_at") == end;
  });
  const outcome o = check(s);
  CHECK(o.status == 2);
  CHECK(said(o).starts_with("OVH_LICENSED CRITICAL - the credentials of account main expire in "));
  const outcome shown = s.run({"status"});
  CHECK(contains(shown.out, "\nCredentials and services that have expired or soon will\n"));
  CHECK(contains(shown.out, "gets new credentials: the current ones expire soon\n"));
}

TEST_CASE("a ledger that cannot be written is critical, and the status file says why") {
  stage s(compliant());
  configuration c;
  c.ledger = "missing/ledger.db";
  s.configure(c);
  s.daemon_at_rest();
  const outcome o = check(s);
  CHECK(o.status == 2);
  CHECK(said(o).starts_with(
      "OVH_LICENSED CRITICAL - the ledger cannot be written, so nothing is corrected: "));
  CHECK(text(s.status(), "/ledger/writable") == "false");
  CHECK(contains(text(s.status(), "/ledger/error"), "missing/ledger.db"));
  CHECK(contains(s.content("metrics.prom"), "\novh_licensed_ledger_writable 0\n"));
  CHECK(
      contains(s.run({"status"}).out, ": the ledger cannot be written, so nothing is corrected\n"));
}

TEST_CASE("a daemon that is gone is critical") {
  stage s;
  process& daemon = s.daemon_at_rest();
  daemon.kill();
  const outcome o = check(s);
  CHECK(o.status == 2);
  CHECK(o.err == "");
  CHECK(said(o).starts_with(
      fmt::format("OVH_LICENSED CRITICAL - the daemon is gone: there is no process {}: systemctl "
                  "status ovh-licensed (and ",
                  daemon.id())));
}

TEST_CASE("a daemon that has not run since the machine was started is critical, in one line") {
  stage s;
  const outcome never = check(s);
  CHECK(never.status == 2);
  CHECK(never.err == "");
  CHECK(never.out == "OVH_LICENSED CRITICAL - ovh-licensed has not run since the machine was "
                     "started, there is no status.json: systemctl status ovh-licensed\n");
  CHECK(s.run({"status"}).status == 3); // people are told as ever
}

TEST_CASE("where nothing can be known the check says why, in one line on stdout") {
  stage s;
  std::filesystem::create_directory(s.path("status.json"));
  const outcome unreadable = check(s);
  CHECK(unreadable.status == 3);
  CHECK(unreadable.err == "");
  CHECK(lines(unreadable.out).size() == 1);
  CHECK(unreadable.out.starts_with("OVH_LICENSED UNKNOWN - status.json: "));
  std::filesystem::remove(s.path("status.json"));

  s.write("status.json", "{\"schema\": 1, ");
  const outcome damaged = check(s);
  CHECK(damaged.status == 3);
  CHECK(lines(damaged.out).size() == 1);
  CHECK(damaged.out.starts_with(
      "OVH_LICENSED UNKNOWN - status.json: not an ovh-licensed status file"));

  s.write("config.yaml", "nonsense: 1\n");
  const outcome wrong = check(s);
  CHECK(wrong.status == 3);
  CHECK(wrong.err == "");
  CHECK(lines(wrong.out).size() == 1);
  CHECK(wrong.out.starts_with("OVH_LICENSED UNKNOWN - config.yaml:1:1: unknown key 'nonsense'"));
}

TEST_CASE("another user without any rights sees the same") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: only root can become another user");
    return;
  }
  stage s(compliant());
  s.daemon_at_rest();
  const auto program = s.path("program"); // the build may be where others must not look
  std::filesystem::copy_file(OVHL_PROGRAM, program);
  using std::filesystem::perms;
  std::filesystem::permissions(s.path(""), perms(0755));
  std::filesystem::permissions(program, perms(0755));
  launch how = s.command({"status", "--format", "icinga"});
  std::vector<std::string> arguments{"--reuid=65534", "--regid=65534", "--clear-groups", program};
  arguments.insert(arguments.end(), how.arguments.begin(), how.arguments.end());
  how.program = "setpriv";
  how.arguments = arguments;
  const outcome o = s.run_as(how);
  CHECK(o.err == "");
  CHECK(o.status == 0);
  CHECK(said(o) == "OVH_LICENSED OK - 2 VMs, nothing due");
}
