// What the daemon says in its log, and when it says nothing.
#include "base/digest.hpp"
#include "base/timestamp.hpp"
#include "stage.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <regex>

using namespace ovhl::test;
namespace json = boost::json;

namespace {

using names = std::vector<std::string>;

ovhl::instant in_days(int days) {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) +
         std::chrono::hours(24 * days + 1);
}

} // namespace

TEST_CASE("the first poll is told in the log, after what was begun with") {
  stage s;
  process& daemon = s.daemon_at_rest();
  const names said = messages(daemon.err());
  REQUIRE(said.size() == 3);
  CHECK(std::regex_match(
      said[0],
      std::regex(
          R"(info  ovh-licensed \d+\.\d+\.\d+: mode report, policy policy\.yaml, corrections on)")));
  CHECK(std::regex_match(
      said[1],
      std::regex(
          R"(info  poll 1: 9 VMs in 2 datacenters: 2 compliant, 1 missing, 1 wrong, 1 superfluous, 1 exempt, 1 review, 1 mismatch, 1 managed; 3 corrections due \(\d+ requests, \d+\.\d s\))")));
  CHECK(std::regex_match(
      said[2], std::regex(R"(info  ledger: record \d+ is on disk, with digest [0-9a-f]{64})")));
  CHECK(daemon.out() == "");
}

TEST_CASE("polls of a fleet that does not change add one line each to the log, and nothing else") {
  stage s;
  process& daemon = s.daemon_at_rest();
  for (int poll = 2; poll <= 6; ++poll) {
    daemon.signal(SIGUSR1);
    s.wait_for_poll(daemon, poll);
  }
  const names said = messages(daemon.err());
  REQUIRE(said.size() == 8); // the ledger's line after the first poll among them
  CHECK(said[1].starts_with("info  poll 1: 9 VMs"));
  for (std::size_t poll = 2; poll <= 6; ++poll)
    CHECK(said[poll + 1].starts_with(fmt::format("info  poll {}: 9 VMs", poll)));
}

TEST_CASE("a change of verdict is told once, with the reason") {
  stage s;
  process& daemon = s.daemon_at_rest();
  s.api.control("PATCH", "/control/vms/1", R"({"license": "windows 2016 Standard"})");
  s.api.control("DELETE", "/control/vms/3");
  for (int poll = 2; poll <= 3; ++poll) {
    daemon.signal(SIGUSR1);
    s.wait_for_poll(daemon, poll);
  }
  const names said = messages(daemon.err());
  REQUIRE(said.size() == 8);
  CHECK(said[3].starts_with("info  web-1 (1 in pcc-1/12): compliant → wrong: "));
  CHECK(said[4] == "info  VM 3 in pcc-1/12: compliant → gone: the VM no longer exists");
  CHECK(said[5].starts_with("info  poll 2: 8 VMs"));
  CHECK(said[6].starts_with("info  ledger: record "));
  CHECK(said[7].starts_with("info  poll 3: 8 VMs"));
}

TEST_CASE("a log in JSON is one object a line, with time, level, message and fields") {
  stage s;
  configuration c;
  c.log = "{format: json}";
  s.configure(c);
  process& daemon = s.daemon_at_rest();
  s.api.control("PATCH", "/control/vms/1", R"({"license": null})");
  daemon.signal(SIGUSR1);
  s.wait_for_poll(daemon, 2);
  std::vector<json::value> said;
  for (const std::string& line : lines(daemon.err()))
    said.push_back(json::parse(line));
  REQUIRE(said.size() == 6);
  for (const json::value& event : said) {
    CHECK(is_time(text(event, "/time")));
    CHECK(text(event, "/level") == "info");
    CHECK_FALSE(text(event, "/message").empty());
  }
  CHECK(text(said[0], "/policy_sha256") == ovhl::sha256(good_policy()));
  CHECK(keys(said[1]) == names{"time", "level", "message", "poll", "complete", "due",
                               "api_requests", "duration_seconds"});
  CHECK(keys(said[2]) == names{"time", "level", "message", "ledger_record", "ledger_digest"});
  CHECK(keys(said[3]) == names{"time", "level", "message", "account", "service", "datacenter",
                               "vm_id", "vm_name", "verdict_before", "verdict", "reason"});
  CHECK(text(said[3], "/vm_id") == "1");
  CHECK(text(said[3], "/verdict") == "missing");
}

TEST_CASE("a key and a service that are about to expire are told once, not at every poll") {
  stage s;
  s.api.control("PATCH", "/control/credentials/1",
                fmt::format(R"({{"expiration": "{}"}})", ovhl::timestamp(in_days(5))));
  s.api.control(
      "PATCH", "/control/services/pcc-2",
      fmt::format(R"({{"expiration": "{}"}})", ovhl::timestamp(in_days(20)).substr(0, 10)));
  process& daemon = s.daemon_at_rest();
  s.poll_again(daemon, 2);
  daemon.signal(SIGHUP); // after which it asks again
  s.wait_for_poll(daemon, 3);
  s.wait_for_requests(daemon, 4, "/serviceInfos");
  daemon.signal(SIGTERM);
  CHECK(daemon.wait_for_end().status == 0);
  CHECK(count(daemon.err(), "warning the consumer key of account main expires at ") == 1);
  CHECK(count(daemon.err(), "; run 'ovh-licensed login' again, then restart") == 1);
  CHECK(count(daemon.err(), "warning service pcc-2 of account main expires on ") == 1);
  CHECK_FALSE(contains(daemon.err(), "service pcc-1 of"));
}

TEST_CASE("a log that is to tell warnings only is silent while all is well") {
  stage s;
  configuration c;
  c.log = "{format: text, level: warning}";
  s.configure(c);
  process& daemon = s.daemon_at_rest();
  daemon.signal(SIGTERM);
  CHECK(daemon.wait_for_end().status == 0);
  CHECK(daemon.err() == "");
}

TEST_CASE("a log that nobody reads any more does not end the daemon") {
  stage s;
  process& daemon = s.daemon_at_rest();
  daemon.listen_no_more();
  daemon.signal(SIGUSR1);
  s.wait_for_poll(daemon, 2);
  daemon.signal(SIGTERM);
  CHECK(daemon.wait_for_end(std::chrono::seconds(10)).status == 0);
}

TEST_CASE("between polls the daemon sleeps") {
  stage s;
  process& daemon = s.daemon_at_rest();
  daemon.signal(SIGUSR1); // answered once all before it is done
  s.wait_for_poll(daemon, 2);
  s.wait_for_metric(daemon, R"(ovh_licensed_polls_total{result="success"})", 2);
  s.run({"status"}); // takes long enough for what still was to be done
  const std::size_t before = times_woken(daemon.id());
  for (int i = 0; i < 30; ++i)
    s.run({"status"});
  CHECK(times_woken(daemon.id()) <= before + 2); // its last words, if they come late
}
