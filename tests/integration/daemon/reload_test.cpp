// SIGHUP: what is right takes over at once, what is wrong changes nothing and is said.
#include "base/digest.hpp"
#include "metrics.hpp"
#include "stage.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <csignal>
#include <functional>

using namespace ovhl::test;
namespace json = boost::json;
namespace sim = ovhl::sim;

namespace {

// Under which web-1 is wrong, and web-2 misses another license.
std::string other_policy() {
  std::string p = good_policy();
  const std::string_view was = "windows2019srvNext_64Guest: windows 2022 Standard";
  p.replace(p.find(was), was.size(), "windows2019srvNext_64Guest: windows 2022 Datacenter");
  return p;
}

json::value reloaded(stage& s, process& daemon, bool ok, std::string_view with_sha256 = {}) {
  return s.wait_for_status(daemon, ok ? "reloaded" : "told of mistakes", [&](const json::value& v) {
    return text(v, "/policy/last_reload/ok") == (ok ? "true" : "false") &&
           (with_sha256.empty() || text(v, "/policy/sha256") == with_sha256);
  });
}

outcome reload(stage& s) { return s.run({"reload", text(s.status(), "/daemon/pid")}); }

double last_reload_metric(const stage& s) {
  return metrics(s.content("metrics.prom")).value("ovh_licensed_config_last_reload_successful");
}

} // namespace

TEST_CASE("a new policy is in force at once") {
  stage s;
  process& daemon = s.daemon_at_rest();
  s.write("policy.yaml", other_policy());
  daemon.signal(SIGHUP);
  const json::value status = s.wait_for_poll(daemon, 2);
  CHECK(text(status, "/policy/sha256") == ovhl::sha256(other_policy()));
  CHECK(text(status, "/policy/last_reload/ok") == "true");
  CHECK(number(status, "/summary/wrong") == 2);
  CHECK(number(status, "/summary/missing") == 1);
  daemon.wait_for_line("info  reloaded: mode report, policy policy.yaml");
  daemon.wait_for_line("info  web-1 (1 in pcc-1/12): compliant → wrong");
  CHECK(s.looks() == 2);
}

TEST_CASE("the command for it returns once the daemon has taken what it read, or refused it") {
  stage s;
  s.daemon_at_rest();
  s.write("policy.yaml", other_policy());
  const outcome taken = reload(s);
  CHECK(taken.status == 0);
  CHECK(taken.out + taken.err == "");
  CHECK(text(s.status(), "/policy/sha256") == ovhl::sha256(other_policy()));

  s.write("policy.yaml", "mdoe: report\n" + good_policy());
  const outcome mistaken = reload(s);
  CHECK(mistaken.status == 1);
  CHECK(contains(mistaken.err, "policy.yaml:1:1: unknown key 'mdoe'; did you mean 'mode'?"));

  // What only the daemon can know.
  s.write("policy.yaml", good_policy());
  configuration c;
  c.ledger = "other.db";
  c.status = "{file: status.json, prometheus: ledger.db}";
  s.configure(c);
  const outcome refused = reload(s);
  CHECK(refused.status == 1);
  CHECK(contains(refused.err, "reload refused, the previous configuration stays in force: "
                              "config.yaml: 'status.prometheus' is a file of the ledger in use"));
  CHECK(text(s.status(), "/policy/last_reload/ok") == "false");
}

TEST_CASE("where there is no daemon to reload the command says so") {
  stage s;
  s.daemon_at_rest();
  const outcome o = s.run({"reload", "2147483647"});
  CHECK(o.status == 1);
  CHECK(contains(o.err, "cannot signal process 2147483647: "));
}

TEST_CASE("a bad policy after a good one changes nothing, and is said in log, status and metrics") {
  stage s;
  process& daemon = s.daemon_at_rest();
  const json::value before = s.status();
  s.write("policy.yaml", "mdoe: report\n" + good_policy());
  daemon.signal(SIGHUP);
  const json::value after = reloaded(s, daemon, false);
  daemon.wait_for_line("error reload refused, the previous configuration stays in force: "
                       "policy.yaml:1:1: unknown key 'mdoe'; did you mean 'mode'?");
  CHECK(text(after, "/policy/last_reload/error") ==
        "policy.yaml:1:1: unknown key 'mdoe'; did you mean 'mode'?");
  for (const char* kept : {"/policy/sha256", "/policy/loaded_at", "/policy/mode", "/summary",
                           "/findings", "/daemon/state"}) {
    CAPTURE(kept);
    CHECK(text(after, kept) == text(before, kept));
  }

  s.write("policy.yaml", other_policy());
  daemon.signal(SIGHUP);
  s.wait_for_poll(daemon, 2);
  CHECK(last_reload_metric(s) == 1);
  CHECK(text(s.status(), "/policy/last_reload/error") == "null");
  CHECK(text(s.status(), "/policy/sha256") == ovhl::sha256(other_policy()));
}

TEST_CASE("the metrics tell that the last reload was refused, and when one was not") {
  stage s;
  process& daemon = s.daemon_at_rest();
  CHECK(last_reload_metric(s) == 1);
  const std::string name = "ovh_licensed_config_last_reload_success_timestamp_seconds";
  const double loaded = metrics(s.content("metrics.prom")).value(name);
  s.write("policy.yaml", "");
  daemon.signal(SIGHUP);
  s.wait_for_status(daemon, "told in the metrics",
                    [&](const json::value&) { return last_reload_metric(s) == 0; });
  CHECK(metrics(s.content("metrics.prom")).value(name) == loaded);
  CHECK(contains(s.content("metrics.prom"), ovhl::sha256(good_policy())));
}

TEST_CASE("the old policy goes on to judge while the new one is refused") {
  stage s;
  process& daemon = s.daemon_at_rest();
  s.write("policy.yaml", "nonsense");
  daemon.signal(SIGHUP);
  reloaded(s, daemon, false);
  s.api.control("PATCH", "/control/vms/1", R"({"license": null})");
  daemon.signal(SIGUSR1);
  const json::value status = s.wait_for_poll(daemon, 2);
  CHECK(number(status, "/summary/missing") == 2);
  CHECK(text(status, "/policy/last_reload/ok") == "false"); // until there is a better one
}

TEST_CASE(
    "whatever is wrong with the files, a reload keeps what is loaded and says what is wrong") {
  struct mistake {
    const char* what;
    std::function<void(stage&)> make;
    std::string said;
  };
  const std::vector<mistake> mistakes{
      {"a policy that is not YAML", [](stage& s) { s.write("policy.yaml", "rules: [\n"); },
       "policy.yaml:"},
      {"no policy", [](stage& s) { std::filesystem::remove(s.path("policy.yaml")); },
       "policy.yaml: cannot be read: No such file or directory"},
      {"a configuration that is not YAML", [](stage& s) { s.write("config.yaml", "a: [\n"); },
       "config.yaml:"},
      {"no configuration", [](stage& s) { std::filesystem::remove(s.path("config.yaml")); },
       "config.yaml: cannot be read: No such file or directory"},
      {"credentials that others can read",
       [](stage& s) { ::chmod(s.path("ovh.conf").c_str(), 0644); },
       "account main: ovh.conf: is accessible to other users (mode 0644); chmod 600 ovh.conf"},
      {"no credentials", [](stage& s) { std::filesystem::remove(s.path("ovh.conf")); },
       "account main: ovh.conf: cannot be read: No such file or directory"},
      {"a status file that is the policy",
       [](stage& s) {
         configuration c;
         c.status = "{file: policy.yaml, prometheus: metrics.prom}";
         s.configure(c);
       },
       "'status.file' and 'policy' are the same file; choose another one"},
      {"a status file that is the ledger, which stays where it is until a restart",
       [](stage& s) {
         configuration c;
         c.ledger = "new.db";
         c.status = "{file: ledger.db, prometheus: metrics.prom}";
         s.configure(c);
       },
       "config.yaml: 'status.file' is a file of the ledger in use, ledger.db; name another file, "
       "or restart instead of reloading"},
      {"two mistakes", [](stage& s) { s.write("policy.yaml", "a: 1\nb: 2\n"); }, "(and 1 more)"},
  };
  for (const mistake& m : mistakes) {
    CAPTURE(m.what);
    stage s;
    process& daemon = s.daemon_at_rest();
    m.make(s);
    daemon.signal(SIGHUP);
    const json::value status = reloaded(s, daemon, false);
    CHECK(contains(text(status, "/policy/last_reload/error"), m.said));
    CHECK(contains(daemon.wait_for_line("reload refused"), m.said));
    CHECK(text(status, "/policy/sha256") == ovhl::sha256(good_policy()));
    CHECK(text(status, "/daemon/state") == "ok");
    daemon.signal(SIGUSR1);
    CHECK(text(s.wait_for_poll(daemon, 2), "/poll/complete") == "true");
  }
}

TEST_CASE("a hundred SIGHUP in a row leave a daemon that is alive, well and modest") {
  stage s;
  process& daemon = s.daemon_at_rest();
  daemon.signal(SIGHUP);
  s.wait_for_poll(daemon, 2);
  const auto files = open_files(daemon.id());
  s.api.forget_requests();
  for (int i = 0; i < 99; ++i)
    daemon.signal(SIGHUP);
  s.write("policy.yaml", other_policy());
  daemon.signal(SIGHUP);
  const json::value status = s.wait_for_status(
      daemon, "judged anew", [](const json::value& v) { return number(v, "/summary/wrong") == 2; });
  CHECK(text(status, "/policy/last_reload/ok") == "true");
  CHECK(text(status, "/daemon/state") == "ok");
  CHECK(s.looks() <= 101);
  CHECK(open_files(daemon.id()) <= files + passing_files);
  daemon.signal(SIGTERM);
  CHECK(daemon.wait_for_end(std::chrono::seconds(10)).status == 0);
}

TEST_CASE("SIGHUP during a look changes what it is judged by, and asks the API nothing twice") {
  stage s;
  configuration c;
  c.api = "{requests_per_minute: 0, timeout: 1s}"; // after which what hangs is asked again
  s.configure(c);
  sim::fault silence;
  silence.path = "/dedicatedCloud/pcc-1/datacenter/12/vm";
  silence.kind = "hang";
  s.api.arm(silence);
  process& daemon = s.start_daemon();
  s.wait_for_requests(daemon, 1, "/datacenter/12/vm");
  for (int i = 0; i < 99; ++i)
    daemon.signal(SIGHUP);
  s.write("policy.yaml", other_policy());
  daemon.signal(SIGHUP);
  reloaded(s, daemon, true, ovhl::sha256(other_policy()));
  CHECK(text(s.status(), "/daemon/state") == "starting");
  const json::value status = s.wait_for_poll(daemon, 1);
  CHECK(number(status, "/poll/number") == 1);
  CHECK(number(status, "/summary/wrong") == 2);
  CHECK(s.looks() == 1);
}

TEST_CASE("a look at accounts that a reload changes is given up and begun anew") {
  stage s;
  sim::fault silence;
  silence.path = "/dedicatedCloud/pcc-1/datacenter";
  silence.kind = "hang";
  silence.times = 0;
  s.api.arm(silence);
  process& daemon = s.start_daemon();
  s.wait_for_requests(daemon, 1, "/dedicatedCloud/pcc-1/datacenter");
  configuration c;
  c.account = "credentials_file: ovh.conf, services: [pcc-2]";
  s.configure(c);
  daemon.signal(SIGHUP);
  const json::value status = s.wait_for_poll(daemon, 1);
  CHECK(text(status, "/daemon/state") == "ok");
  CHECK(number(status, "/summary/vms") == 4);
  CHECK(status.at("datacenters").as_array().size() == 1);
  CHECK(text(status, "/datacenters/0/service") == "pcc-2");
}

TEST_CASE("an account that a reload changes is asked at its new address with its new credentials") {
  stage s;
  sim::options elsewhere = compliant(3);
  elsewhere.accepted.application_secret = "AnotherApplicationSecretToKeep01";
  elsewhere.accepted.consumer_key = "AnotherConsumerKeyToKeep00000002";
  sim::simulator other(elsewhere);
  process& daemon = s.daemon_at_rest();
  configuration c;
  c.endpoint = other.endpoint();
  s.configure(c);
  std::string config = s.content("config.yaml");
  const std::string was = s.api.ca_file().string();
  config.replace(config.find(was), was.size(), other.ca_file().string());
  s.write("config.yaml", config);
  s.write("ovh.conf", other.conf(), 0600);
  s.api.forget_requests();
  daemon.signal(SIGHUP);
  const json::value status = s.wait_for_poll(daemon, 2);
  CHECK(text(status, "/daemon/state") == "ok");
  CHECK(number(status, "/summary/vms") == 3);
  CHECK(s.api.requests().empty());
  CHECK(leaks(s.all_that_was_said_and_written(),
              {other.accepted().application_secret, other.accepted().consumer_key})
            .empty());
}

TEST_CASE("other credentials that come in the middle of a poll cost nothing of it") {
  stage s;
  configuration c;
  c.account =
      fmt::format("credentials_file: ovh.conf, oauth2_token_url: \"{}\"", s.api.token_url());
  s.configure(c);
  sim::fault silence; // the old key is never answered, as where it was revoked in favour of another
  silence.path = "/dedicatedCloud/pcc-1/datacenter/12/vmLicensed";
  silence.kind = "hang";
  s.api.arm(silence);
  process& daemon = s.start_daemon();
  s.wait_for_requests(daemon, 1, "/datacenter/12/vmLicensed");
  s.write("ovh.conf", s.api.conf("oauth2"), 0600);
  s.api.control("PATCH", "/control/credentials/1", R"({"status": "expired"})");
  daemon.signal(SIGHUP);
  const json::value status = s.wait_for_poll(daemon, 1);
  CHECK(text(status, "/daemon/state") == "ok");
  CHECK(text(status, "/poll/complete") == "true");
  CHECK(number(status, "/poll/number") == 1);
  CHECK(number(status, "/summary/vms") == 9);
  CHECK(status.at("errors").as_array().empty());
  CHECK(s.api.requests().back().authenticated == "oauth2");
}

TEST_CASE("services that are not asked for any more leave status and metrics") {
  stage s;
  sim::fault slowness; // the reload comes while expiry dates are being asked for
  slowness.path = "/dedicatedCloud/pcc-1/serviceInfos";
  slowness.kind = "delay";
  slowness.delay = std::chrono::milliseconds(200);
  s.api.arm(slowness);
  process& daemon = s.start_daemon();
  s.wait_for_requests(daemon, 1, "/pcc-1/serviceInfos");
  configuration c;
  c.account = "credentials_file: ovh.conf, services: [pcc-2]";
  s.configure(c);
  daemon.signal(SIGHUP);
  const json::value status = s.wait_for_poll(daemon, 2);
  CHECK(number(status, "/summary/vms") == 4);
  s.wait_for_status(daemon, "without pcc-1 in the metrics", [&](const json::value&) {
    return !contains(s.content("metrics.prom"), "pcc-1");
  });
}

TEST_CASE("the metrics have the interval in force, and another once it is reloaded") {
  stage s;
  process& daemon = s.daemon_at_rest();
  const std::string interval = "\novh_licensed_poll_interval_seconds ";
  CHECK(contains(s.content("metrics.prom"), interval + "3600\n"));
  configuration c;
  c.interval = "2h";
  s.configure(c);
  daemon.signal(SIGHUP);
  s.wait_for_status(daemon, "the poll after the reload",
                    [](const json::value& v) { return number(v, "/poll/number") == 2; });
  CHECK(contains(s.content("metrics.prom"), interval + "7200\n"));
}

TEST_CASE("a reload changes the interval, the files and the way of the log") {
  stage s;
  process& daemon = s.daemon_at_rest();
  configuration c;
  c.interval = "1s";
  c.status = "{file: other.json}";
  c.log = "{format: json}";
  s.configure(c);
  daemon.signal(SIGHUP);
  daemon.wait_for_line(R"("poll": "3")"); // by itself, and in JSON
  CHECK(contains(s.content("other.json"), R"("schema": 1)"));
  CHECK(number(s.status(), "/poll/number") == 1); // nobody writes there any more
}
