// What the daemon shows of itself: the status file and the metrics.
#include "base/digest.hpp"
#include "metrics.hpp"
#include "stage.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <csignal>

using namespace ovhl::test;
namespace json = boost::json;
namespace sim = ovhl::sim;

namespace {

constexpr std::array verdicts{"compliant", "missing", "wrong",    "superfluous",
                              "exempt",    "review",  "mismatch", "managed"};
using names = std::vector<std::string>;

mode_t mode_of(const std::filesystem::path& file) {
  struct stat facts{};
  REQUIRE(::stat(file.c_str(), &facts) == 0);
  return facts.st_mode & 07777U;
}

void check_metrics(const stage& s) {
  CHECK(mode_of(s.path("metrics.prom")) == 0644);
  launch how;
  how.program = "promtool";
  how.arguments = {"check", "metrics"};
  how.folder = s.path("");
  how.input = s.path("metrics.prom");
  const outcome said = run(how);
  if (said.status == 127)
    FAIL("promtool is not installed: run './dev deps', or install Debian's package 'prometheus'");
  CHECK(said.out + said.err == "");
  CHECK(said.status == 0);
}

} // namespace

TEST_CASE("the status file has the keys of its schema, in their order") {
  stage s;
  s.daemon_at_rest();
  const json::value status = s.status();
  CHECK(mode_of(s.path("status.json")) == 0644);
  CHECK(keys(status) == names{"schema", "daemon", "policy", "poll", "summary", "datacenters",
                              "causes", "findings_total", "findings", "corrections", "exemptions",
                              "renewals", "errors", "accounts", "ledger"});
  CHECK(keys(status, "/daemon") == names{"version", "pid", "state", "started_at", "corrections"});
  CHECK(keys(status, "/policy") == names{"path", "sha256", "mode", "loaded_at", "last_reload"});
  CHECK(keys(status, "/policy/last_reload") == names{"at", "ok", "error"});
  CHECK(keys(status, "/poll") == names{"number", "started_at", "finished_at", "ok", "complete",
                                       "duration_seconds", "api_requests", "next_at"});
  CHECK(keys(status, "/summary") == names{"vms", "compliant", "missing", "wrong", "superfluous",
                                          "exempt", "review", "mismatch", "managed", "licenses",
                                          "acknowledged"});
  CHECK(keys(status, "/datacenters/0") ==
        names{"account", "service", "datacenter", "vms", "ok", "error", "observed_at"});
  CHECK(keys(status, "/findings/0") == names{"account",
                                             "service",
                                             "datacenter",
                                             "vm_id",
                                             "name",
                                             "guest_os_family",
                                             "reported_guest_os_family",
                                             "license",
                                             "expected",
                                             "verdict",
                                             "action",
                                             "state",
                                             "rule",
                                             "reason",
                                             "since",
                                             "task_id",
                                             "error",
                                             "guard",
                                             "until",
                                             "acknowledged"});
  CHECK(keys(status, "/exemptions/0") ==
        names{"rule", "reason", "until", "vms", "expired", "license"});
  CHECK(keys(status, "/accounts/0") == names{"account", "credential_expires_at", "services"});
  CHECK(keys(status, "/ledger") == names{"writable", "error", "yielded_to", "yielded_since"});
}

TEST_CASE("the status file tells the daemon, its policy and its first poll") {
  stage s;
  process& daemon = s.daemon_at_rest();
  const json::value status = s.status();
  CHECK(number(status, "/schema") == 1);
  CHECK(number(status, "/daemon/pid") == daemon.id());
  CHECK(text(status, "/daemon/state") == "ok");
  CHECK(is_time(text(status, "/daemon/started_at")));
  CHECK(text(status, "/policy/sha256") == ovhl::sha256(good_policy()));
  CHECK(text(status, "/policy/mode") == "report");
  CHECK(text(status, "/policy/last_reload/ok") == "true");
  CHECK(text(status, "/policy/last_reload/error") == "null");
  CHECK(number(status, "/poll/number") == 1);
  CHECK(text(status, "/poll/ok") == "true");
  CHECK(text(status, "/poll/complete") == "true");
  CHECK(is_time(text(status, "/poll/started_at")));
  CHECK(is_time(text(status, "/poll/finished_at")));
  CHECK(is_time(text(status, "/poll/next_at")));
  CHECK(text(status, "/errors") == "[]");
  CHECK(text(status, "/renewals") == "[]");
  CHECK(text(status, "/ledger/writable") == "true");
}

TEST_CASE("the status file tells the fleet: one finding for each VM that is not compliant") {
  stage s;
  s.daemon_at_rest();
  const json::value status = s.status();
  CHECK(number(status, "/summary/vms") == 9);
  for (const std::string verdict : verdicts) {
    CAPTURE(verdict);
    CHECK(number(status, "/summary/" + verdict) == (verdict == "compliant" ? 2 : 1));
  }
  CHECK(number(status, "/summary/licenses/windows 2022 Standard") == 3);

  names told;
  for (const json::value& f : status.at("findings").as_array())
    told.push_back(fmt::format("{} {} {} {}", text(f, "/name"), text(f, "/verdict"),
                               text(f, "/action"), text(f, "/state")));
  CHECK(told == names{"web-2 missing setLicense reported", "old-1 wrong setLicense reported",
                      "tux-2 superfluous removeLicense reported", "mixed-1 mismatch null null",
                      "desk-1 review null null", "byol-1 exempt null null",
                      "infra-1 managed null null"});
  CHECK(text(status, "/exemptions/0/until") == "2099-12-31");
  CHECK(number(status, "/exemptions/0/vms") == 1);
}

TEST_CASE("promtool accepts the metrics without a word, and they agree with the status file") {
  stage s;
  s.daemon_at_rest();
  check_metrics(s);
  const json::value status = s.status();
  const metrics m(s.content("metrics.prom"));
  for (const std::string verdict : verdicts) {
    CAPTURE(verdict);
    CHECK(m.sum("ovh_licensed_vms", fmt::format("verdict=\"{}\"", verdict)) ==
          number(status, "/summary/" + verdict));
    CHECK(m.series("ovh_licensed_vms", fmt::format("verdict=\"{}\"", verdict)) == 2); // zeros too
  }
  CHECK(m.sum("ovh_licensed_licenses", "license=\"windows 2022 Standard\"") == 3);
  CHECK(m.value(R"(ovh_licensed_polls_total{result="success"})") == 1);
  CHECK(m.value(R"(ovh_licensed_polls_total{result="partial"})") == 0);
  CHECK(m.value(R"(ovh_licensed_polls_total{result="failed"})") == 0);
  CHECK(m.value("ovh_licensed_config_last_reload_successful") == 1);
  CHECK(m.value(fmt::format(R"(ovh_licensed_policy_info{{sha256="{}",mode="report"}})",
                            text(status, "/policy/sha256"))) == 1);
  CHECK(m.value(fmt::format(R"(ovh_licensed_build_info{{version="{}"}})",
                            text(status, "/daemon/version"))) == 1);
  CHECK(m.value(R"(ovh_licensed_api_requests_total{account="main",class="2xx"})") ==
        static_cast<double>(s.api.requests().size()));
  CHECK(m.value(R"(ovh_licensed_api_requests_total{account="main",class="5xx"})") == 0);
  CHECK(
      m.value(R"(ovh_licensed_service_expiry_timestamp_seconds{account="main",service="pcc-1"})") ==
      1935792000); // 2031-05-06
  CHECK(m.value("ovh_licensed_last_poll_timestamp_seconds") ==
        m.value("ovh_licensed_last_success_timestamp_seconds"));
  CHECK(m.value("ovh_licensed_poll_interval_seconds") == 3600);
  CHECK(m.value(R"(ovh_licensed_oldest_drift_timestamp_seconds{state="reported"})") <=
        m.value("ovh_licensed_last_poll_timestamp_seconds"));
  CHECK(m.series("ovh_licensed_oldest_drift_timestamp_seconds", "state=") == 1);
  CHECK(m.value("ovh_licensed_exemption_next_expiry_timestamp_seconds") ==
        4102444800); // 2100-01-01
}

TEST_CASE("every metric that is promised is there once the first poll is over") {
  stage s;
  s.api.control("PATCH", "/control/credentials/1", R"({"expiration": "2033-01-02T03:04:05Z"})");
  s.daemon_at_rest();
  const std::string all = s.content("metrics.prom");
  for (const char* name : {"build_info",
                           "vms",
                           "licenses",
                           "corrections_total",
                           "corrections_held",
                           "polls_total",
                           "poll_duration_seconds",
                           "poll_interval_seconds",
                           "last_poll_timestamp_seconds",
                           "last_success_timestamp_seconds",
                           "api_requests_total",
                           "api_throttled_total",
                           "config_last_reload_successful",
                           "config_last_reload_success_timestamp_seconds",
                           "policy_info",
                           "exemption_next_expiry_timestamp_seconds",
                           "credential_expiry_timestamp_seconds",
                           "service_expiry_timestamp_seconds",
                           "oldest_drift_timestamp_seconds",
                           "ledger_writable",
                           "ledger_yielded",
                           "ledger_last_record_timestamp_seconds"}) {
    CAPTURE(name);
    CHECK(contains(all, fmt::format("\n# TYPE ovh_licensed_{} ", name)));
  }
  const json::value status = s.status();
  CHECK(text(status, "/accounts/0/account") == "main");
  CHECK(text(status, "/accounts/0/credential_expires_at") == "2033-01-02T03:04:05Z");
  CHECK(text(status, "/accounts/0/services/0/service") == "pcc-1");
  CHECK(text(status, "/accounts/0/services/0/expires_on") == "2031-05-06");
  CHECK_FALSE(status.at_pointer("/accounts/0/services/0/renews_itself").as_bool());
  for (const char* name : {"web-1", "tux-2", "byol-1"})
    CHECK_FALSE(contains(all, name)); // a VM's name is no label
}

TEST_CASE("while the first poll is under way status and metrics say so") {
  stage s;
  sim::fault silence;
  silence.path = "/dedicatedCloud/pcc-1/datacenter/12/vm";
  silence.kind = "hang";
  s.api.arm(silence);
  process& daemon = s.start_daemon();
  s.wait_for_requests(daemon, 1, "/datacenter/12/vm");
  const json::value status = s.status();
  CHECK(text(status, "/daemon/state") == "starting");
  CHECK(number(status, "/poll/number") == 1);
  CHECK(is_time(text(status, "/poll/started_at")));
  for (const char* unknown : {"/poll/finished_at", "/poll/ok", "/poll/complete",
                              "/poll/duration_seconds", "/poll/next_at"}) {
    CAPTURE(unknown);
    CHECK(text(status, unknown) == "null");
  }
  CHECK(number(status, "/summary/vms") == 0);
  CHECK(text(status, "/datacenters") == "[]");
  check_metrics(s);
  CHECK_FALSE(contains(s.content("metrics.prom"), "last_success"));

  const outcome shown = s.run({"status"});
  CHECK(shown.status == 3); // neither drift nor clean is claimed
  CHECK(shown.out.starts_with("starting: the first poll is under way, started "));
  CHECK(contains(shown.out, "last poll  number 1 is under way"));
}

TEST_CASE("kill -9 leaves a whole status file, and the daemon begins anew") {
  stage s;
  process& first = s.daemon_at_rest();
  first.signal(SIGKILL);
  CHECK(first.wait_for_end().status == -SIGKILL);
  CHECK(number(s.status(), "/daemon/pid") == first.id());

  process& second = s.start_daemon();
  const json::value status = s.wait_for_status(second, "the second's", [&](const json::value& v) {
    return number(v, "/daemon/pid") == second.id() && text(v, "/daemon/state") == "ok";
  });
  CHECK(number(status, "/poll/number") == 1);
  CHECK(number(status, "/summary/vms") == 9);
}

TEST_CASE("what is replaced leaves no temporary files behind") {
  stage s;
  process& daemon = s.daemon_at_rest();
  daemon.signal(SIGTERM);
  CHECK(daemon.wait_for_end().status == 0);
  names files;
  for (const auto& entry : std::filesystem::directory_iterator(s.path("")))
    files.push_back(entry.path().filename().string());
  std::sort(files.begin(), files.end());
  CHECK(files == names{"config.yaml", "ledger.db", "ledger.db.lock", "ledger.db.wanted",
                       "ledger.db.witness", "metrics.prom", "ovh.conf", "policy.yaml",
                       "status.json"});
}

TEST_CASE("a status file that cannot be written is told once, and the daemon goes on") {
  stage s;
  configuration c;
  c.status = "{file: missing/status.json, prometheus: metrics.prom}";
  s.configure(c);
  process& daemon = s.start_daemon();
  daemon.wait_for_line("poll 1: 9 VMs");
  for (int poll = 2; poll <= 4; ++poll) {
    daemon.signal(SIGUSR1);
    daemon.wait_for_line(fmt::format("poll {}: 9 VMs", poll));
  }
  CHECK(count(daemon.err(), "missing/status.json") == 1);
  CHECK(contains(daemon.err(), "error missing/status.json: cannot write the file: No such file or "
                               "directory; create the directory 'missing'"));

  std::filesystem::create_directory(s.path("missing"));
  daemon.signal(SIGUSR1);
  daemon.wait_for_line("resolved: missing/status.json: cannot write the file");
  CHECK(text(json::parse(s.content("missing/status.json")), "/errors/0/where") ==
        "missing/status.json");
}

TEST_CASE(
    "the status says at once that the metrics could not be written, and that they could again") {
  stage s;
  configuration c;
  c.status = "{file: status.json, prometheus: missing/metrics.prom}";
  s.configure(c);
  process& daemon = s.daemon_at_rest();
  CHECK(text(s.status(), "/errors/0/where") == "missing/metrics.prom");
  CHECK(text(s.status(), "/errors/0/stands") == "true");

  std::filesystem::create_directory(s.path("missing"));
  daemon.signal(SIGUSR1);
  s.wait_for_poll(daemon, 2);
  CHECK(text(s.status(), "/errors/0/stands") == "false");
}

TEST_CASE("on a full disk the daemon goes on, says so once, and keeps the files that were whole") {
  stage s;
  s.write("status.json", "{}");
  launch how = s.command({"run"});
  how.largest_file = 100; // bytes
  process& daemon = s.start(how);
  daemon.wait_for_line("poll 1: 9 VMs");
  for (int poll = 2; poll <= 3; ++poll) {
    daemon.signal(SIGUSR1);
    daemon.wait_for_line(fmt::format("poll {}: 9 VMs", poll));
  }
  CHECK(count(daemon.err(), "error status.json: cannot write the file: File too large") == 1);
  CHECK(count(daemon.err(), "error metrics.prom: cannot write the file: File too large") == 1);
  CHECK(s.content("status.json") == "{}");
  daemon.signal(SIGTERM);
  CHECK(daemon.wait_for_end(std::chrono::seconds(10)).status == 0);
}

TEST_CASE("what the tests search for secrets is all there is, and they would find one") {
  stage s;
  s.daemon_at_rest().wait_for_line("poll 1"); // what it said may arrive later than what it wrote
  s.run({"plan", "--out", "plan.json"});
  const std::string all = s.all_that_was_said_and_written();
  for (const char* part : {"info  poll 1", "ovh_licensed_vms", "\"findings\"", "\"corrections\": [",
                           "Left by mode", "accounts:"}) {
    CAPTURE(part);
    CHECK(contains(all, part));
  }
  const std::string secret = s.api.accepted().consumer_key;
  CHECK(leaks(all + secret, {"another", secret}) == names{secret});
}
