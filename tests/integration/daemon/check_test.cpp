// check, with and without --online.
#include "base/timestamp.hpp"
#include "stage.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <filesystem>

using namespace ovhl::test;
namespace sim = ovhl::sim;

namespace {

// With other keys in ovh.conf.
void write_key(const stage& s, const std::string& key, const std::string& value) {
  std::string conf = s.api.conf();
  const auto at = conf.find(key + "=") + key.size() + 1;
  conf.replace(at, conf.find('\n', at) - at, value);
  s.write("ovh.conf", conf, 0600);
}

constexpr const char* files_are_fine =
    "config.yaml: fine, 1 account\n"
    "policy.yaml: fine, mode report, 1 rule, 4 guest OS families\n";

} // namespace

TEST_CASE("check says that the files are fine, without the network and credentials") {
  stage s;
  std::filesystem::remove(s.path("ovh.conf"));
  configuration c;
  c.account = "services: [pcc-1]"; // and no file
  s.configure(c);
  const outcome o = s.run({"check"});
  CHECK(o.status == 0);
  CHECK(o.out == files_are_fine);
  CHECK(o.err == "");
  CHECK(s.api.requests().empty());
}

TEST_CASE("check finds the installed files fine") {
  stage s;
  std::filesystem::copy_file(OVHL_SOURCE_DIR "/config/config.yaml", s.path("installed.yaml"));
  std::filesystem::copy_file(OVHL_SOURCE_DIR "/config/policy.yaml", s.path("policy.yaml"),
                             std::filesystem::copy_options::overwrite_existing);
  launch how = s.command({"check"});
  how.arguments.at(1) = "installed.yaml";
  const outcome o = s.run_as(how);
  CHECK(o.status == 0);
  CHECK(o.err == "");
}

TEST_CASE("check shows where each line of a mapping that extends the default comes from") {
  stage s;
  s.write("policy.yaml", "extends: default\n"
                         "guest_os_families:\n"
                         "  \"windows2019*\": review\n"
                         "  windows2019SRV_64Guest: windows 2019 Datacenter\n"
                         "  \"*\": review\n");
  const outcome o = s.run({"check"});
  CHECK(o.status == 0);
  CHECK(o.err == "");
  const std::string last = o.out.substr(std::min(o.out.find("policy.yaml: fine"), o.out.size()));
  CHECK(last ==
        "policy.yaml: fine, mode report, 0 rules, 9 guest OS families\n"
        "\n"
        "GUEST OS                    EXPECTED LICENSE         FROM\n"
        "windows2019SRV_64Guest      windows 2019 Datacenter  line 4, instead of the default\n"
        "windows2019*                review                   line 3\n"
        "windows2022srvNext_64Guest  windows 2025 Standard    default\n"
        "windows2019srvNext_64Guest  windows 2022 Standard    default\n"
        "windows9Server64Guest       windows 2016 Standard    default\n"
        "windows8Server64Guest       review                   default\n"
        "windows7Server64Guest       review                   default\n"
        "win*                        review                   default\n"
        "*                           review                   line 5, instead of the default\n");
}

TEST_CASE("check says every mistake at once, in the order of the lines") {
  stage s;
  s.write("config.yaml", "policy: policy.yaml\n"
                         "acounts: 3\n"
                         "poll: {interval: soon, timeout: 30s}\n"
                         "api: {conections: 4}\n"
                         "status: {file: [a]}\n");
  const outcome o = s.run({"check"});
  CHECK(o.status == 1);
  CHECK(o.out == "");
  CHECK(lines(o.err) ==
        std::vector<std::string>{
            "config.yaml:1:1: the file must have the key 'accounts'",
            "config.yaml:2:1: unknown key 'acounts'; did you mean 'accounts'?",
            "config.yaml:3:18: 'interval' must be a duration from 1s to 1d (such as 30s, 5m, 12h "
            "or 7d), not 'soon'",
            "config.yaml:4:7: unknown key 'conections'; did you mean 'connections'?",
            "config.yaml:5:16: 'file' must be text, not a list"});
}

TEST_CASE("check locates the mistakes of the policy and names the nearest license") {
  stage s;
  s.write("policy.yaml", "guest_os_families:\n"
                         "  windows2019srv_64Guest: windows 2019 Standrad\n"
                         "rules:\n"
                         "  - {name: own, match: {name: \"*\"}, license: keep}\n");
  const outcome o = s.run({"check"});
  CHECK(o.status == 1);
  const auto said = lines(o.err);
  REQUIRE(said.size() >= 2);
  CHECK(said[0].starts_with("policy.yaml:2:27: "));
  CHECK(contains(said[0], "did you mean 'windows 2019 Standard'?"));
  CHECK(said[1].starts_with("policy.yaml:4:"));
  CHECK(contains(o.err, "'reason'"));
  CHECK(contains(o.err, "'until'"));
}

TEST_CASE("check warns of what is not wrong, and is fine") {
  stage s;
  s.write("config.yaml", s.content("config.yaml") + "http: 127.0.0.1:9877\n");
  const outcome o = s.run({"check"});
  CHECK(o.status == 0);
  CHECK(o.out == files_are_fine);
  CHECK(contains(o.err, "config.yaml:10:7: warning: "));
}

TEST_CASE("check says what cannot be read") {
  stage s;
  launch how = s.command({"check"});
  how.arguments.at(1) = "missing.yaml";
  const outcome o = s.run_as(how);
  CHECK(o.status == 1);
  CHECK(o.err == "missing.yaml: cannot be read: No such file or directory\n");
}

// ---- online ----

TEST_CASE(
    "check --online tells what the credentials can do, when they expire, and of each service") {
  stage s;
  const outcome o = s.run({"check", "--online"});
  CHECK(o.status == 0);
  CHECK(o.err == "");
  CHECK(o.out == std::string(files_are_fine) + R"(account main
  ok      the consumer key is valid
  ok      the consumer key does not expire
  ok      pcc-1: Windows licenses are activated
  ok      pcc-1: expires on 2031-05-06
  ok      pcc-2: Windows licenses are activated
  ok      pcc-2: expires on 2032-07-08
  ok      pcc-1, datacenter 12: 5 VMs can be seen
  ok      pcc-2, datacenter 20: 4 VMs can be seen
)");
  for (const auto& r : s.api.requests())
    CHECK(r.method == "GET");
}

TEST_CASE("check --online finds a wrong secret, a wrong key, an expired credential") {
  struct flaw {
    const char* what;
    void (*make)(stage&);
    std::string said;
  };
  const flaw flaws[] = {
      {"secret",
       [](stage& s) { write_key(s, "application_secret", "AWrongSecretThatIsStillSecret01"); },
       "Invalid signature"},
      {"application", [](stage& s) { write_key(s, "application_key", "unknown"); },
       "Invalid application key"},
      {"consumer",
       [](stage& s) { write_key(s, "consumer_key", "AWrongConsumerKeyStillSecret002"); },
       "This credential does not exist"},
      {"expired",
       [](stage& s) {
         s.api.control("PATCH", "/control/credentials/1", R"({"status": "expired"})");
       },
       "This credential is not valid"},
  };
  for (const flaw& f : flaws) {
    CAPTURE(std::string(f.what));
    stage s;
    f.make(s);
    const outcome o = s.run({"check", "--online"});
    CHECK(o.status == 1);
    CHECK(contains(o.out, "  WRONG   account main: GET /auth/currentCredential: " + f.said));
    CHECK(contains(o.out, ", query "));
    CHECK_FALSE(contains(o.out + o.err, "StillSecret"));
  }
}

TEST_CASE(
    "check --online names each right that the consumer key lacks, and the rule that gives it") {
  stage s;
  s.api.control(
      "PATCH", "/control/credentials/1",
      R"({"rules": [{"method": "GET", "path": "/auth/*"}, {"method": "GET", "path": "/dedicatedCloud"},
                    {"method": "GET", "path": "/dedicatedCloud/*/datacenter"}]})");
  const outcome o = s.run({"check", "--online"});
  CHECK(o.status == 1);
  CHECK(contains(o.out, "  ok      the consumer key is valid\n"));
  const std::string advice =
      "; run 'ovh-licensed login' again, or create a key with this access rule\n";
  for (const char* service : {"pcc-1", "pcc-2"})
    for (const char* missing :
         {" (whether Windows licenses are activated on it)",
          "/serviceInfos (when the service expires)", "/datacenter/*/vm (list of VMs)",
          "/datacenter/*/vm/* (a VM's details)", "/datacenter/*/vmLicensed (declared licenses)"})
      CHECK(contains(
          o.out,
          fmt::format("  WRONG   the consumer key has no right to GET /dedicatedCloud/{}{}{}",
                      service, missing, advice)));
  CHECK(count(o.out, "WRONG") == 10); // what is granted is none, and none is said twice
}

TEST_CASE("rights to correct are wanted only where the policy may correct") {
  stage s;
  s.api.control("PATCH", "/control/credentials/1",
                R"({"rules": [{"method": "GET", "path": "/*"}]})");
  CHECK(s.run({"check", "--online"}).status == 0);
  std::string policy = good_policy();
  policy.replace(policy.find("mode: report"), 12, "mode: enforce");
  s.write("policy.yaml", policy);
  const outcome o = s.run({"check", "--online"});
  CHECK(o.status == 1);
  CHECK(contains(o.out, "no right to POST /dedicatedCloud/pcc-1/datacenter/*/vm/*/setLicense ("));
  CHECK(
      contains(o.out, "no right to POST /dedicatedCloud/pcc-2/datacenter/*/vm/*/removeLicense ("));
  CHECK(count(o.out, "WRONG") == 4);
  s.write("policy.yaml", policy_that("declare"));
  const outcome declaring = s.run({"check", "--online"});
  CHECK(count(declaring.out, "/setLicense (") == 2);
  CHECK(count(declaring.out, "WRONG") == 2); // nothing is ever removed
}

TEST_CASE("check --online says of a key whose end is past that it expired") {
  stage s;
  sim::fault late; // as if our clock and OVHcloud's differed
  late.path = "/auth/currentCredential";
  late.status = 200;
  late.body = R"({"status":"validated","rules":[],"expiration":"2020-01-01T00:00:00Z"})";
  late.times = 0;
  s.api.arm(late);
  const outcome o = s.run({"check", "--online"});
  CHECK(o.status == 1);
  CHECK(contains(o.out, "  WRONG   the consumer key expired at 2020-01-01T00:00:00Z; run "
                        "'ovh-licensed login' again"));
}

TEST_CASE("check --online warns of a key that expires soon, and where licenses are not activated") {
  stage s;
  s.api.control("PATCH", "/control/services/pcc-1", R"({"spla": false})");
  const ovhl::instant soon = std::chrono::floor<std::chrono::seconds>(
      std::chrono::system_clock::now() + std::chrono::hours(29 * 24 + 1));
  s.api.control("PATCH", "/control/credentials/1",
                fmt::format(R"({{"expiration": "{}"}})", ovhl::timestamp(soon)));
  const outcome o = s.run({"check", "--online"});
  CHECK(o.status == 0);
  CHECK(contains(o.out, fmt::format("  warning the consumer key expires at {} (in 29 d ",
                                    ovhl::timestamp(soon))));
  CHECK(contains(o.out, "  warning pcc-1: Windows licenses are not activated (spla is false)"));
  CHECK(contains(o.out, "  ok      pcc-2: Windows licenses are activated\n"));
}

TEST_CASE("check --online says that nothing could be found out where the API cannot be reached") {
  stage s;
  configuration c;
  c.timeout = "1s";
  s.configure(c);
  s.api.stop_listening();
  const outcome o = s.run({"check", "--online"});
  CHECK(o.status == 3);
  CHECK(contains(o.out, "  unknown account main: GET /auth/time: no connection to localhost"));
  CHECK(contains(o.out, "Connection refused"));
}
