// What systemd is told, over a socket like its own.
#include "stage.hpp"
#include "support/notify_socket.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>

using namespace ovhl::test;
namespace sim = ovhl::sim;

namespace {

class manager {
 public:
  process& start(stage& s, const std::map<std::string, std::string>& more = {}) const {
    launch how = s.command({"run"});
    how.environment["NOTIFY_SOCKET"] = socket_.path();
    how.environment.insert(more.begin(), more.end());
    return s.start(how);
  }

  // All it was told, in order.
  const std::vector<std::string>& told() {
    while (auto message = socket_.heard())
      told_.push_back(std::move(*message));
    return told_;
  }
  std::size_t times(std::string_view part) {
    const auto& all = told();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](const auto& m) { return contains(m, part); }));
  }
  void wait_for(process& p, std::string_view part, std::size_t times_told = 1) {
    p.wait_until(
        fmt::format("systemd to be told {}", part), [&] { return times(part) >= times_told; },
        socket_.fd());
  }

 private:
  notify_socket socket_;
  std::vector<std::string> told_;
};

} // namespace

TEST_CASE("systemd is told READY before the first poll is over, and what it is about") {
  stage s;
  sim::fault silence;
  silence.kind = "hang";
  silence.times = 0;
  s.api.arm(silence);
  manager systemd;
  process& daemon = systemd.start(s);
  systemd.wait_for(daemon, "READY=1");
  CHECK(systemd.told().front() == "READY=1\nSTATUS=first poll under way");
  CHECK(text(s.status(), "/daemon/state") == "starting");
}

TEST_CASE("systemd is told the outcome of each poll") {
  stage s;
  manager systemd;
  process& daemon = systemd.start(s);
  systemd.wait_for(daemon, "STATUS=ok: ");
  CHECK(systemd.told().back() ==
        "STATUS=ok: 9 VMs in 2 datacenters: 2 compliant, 1 missing, 1 wrong, 1 superfluous, "
        "1 exempt, 1 review, 1 mismatch, 1 managed; 3 due; policy mode report");
}

TEST_CASE("systemd is told why nothing could be read") {
  stage s;
  s.api.arm(refusal("*"));
  manager systemd;
  process& daemon = systemd.start(s);
  systemd.wait_for(daemon, "STATUS=failing: ");
  CHECK(contains(systemd.told().back(), "HTTP 403"));
}

TEST_CASE("systemd is told of a reload with the time, and when it is over, also of one refused") {
  stage s;
  manager systemd;
  process& daemon = systemd.start(s);
  systemd.wait_for(daemon, "STATUS=ok: ");
  for (const char* policy : {"good", "bad"}) {
    CAPTURE(policy);
    if (policy == std::string("bad")) s.write("policy.yaml", "nonsense");
    const std::size_t ready = systemd.times("READY=1");
    const std::size_t told = systemd.told().size();
    const std::int64_t before = monotonic_microseconds();
    daemon.signal(SIGHUP);
    systemd.wait_for(daemon, "READY=1", ready + 1);
    const std::string reloading = systemd.told().at(told);
    const std::string_view head = "RELOADING=1\nMONOTONIC_USEC=";
    REQUIRE(reloading.starts_with(head));
    const std::int64_t at = std::stoll(reloading.substr(head.size()));
    CHECK(at >= before);
    CHECK(at <= monotonic_microseconds());
    CHECK(systemd.told().at(told + 1).starts_with("READY=1\nSTATUS=ok: 9 VMs"));
    const bool refused = contains(systemd.told().at(told + 1), "; the last reload was refused: ");
    CHECK(refused == (policy == std::string("bad")));
    // After the two polls and the reload between them nothing more comes by itself.
    systemd.wait_for(daemon, "STATUS=ok", 3);
  }
}

TEST_CASE("systemd is told STOPPING") {
  stage s;
  manager systemd;
  process& daemon = systemd.start(s);
  systemd.wait_for(daemon, "STATUS=ok: ");
  daemon.signal(SIGTERM);
  CHECK(daemon.wait_for_end(std::chrono::seconds(10)).status == 0);
  CHECK(systemd.told().back() == "STOPPING=1");
}

TEST_CASE("the watchdog is fed while a look hangs") {
  stage s;
  sim::fault silence;
  silence.kind = "hang";
  silence.times = 0;
  s.api.arm(silence);
  manager systemd;
  process& daemon = systemd.start(s, {{"WATCHDOG_USEC", "100000"}});
  systemd.wait_for(daemon, "WATCHDOG=1", 5);
}

TEST_CASE("the watchdog is fed while the daemon rests") {
  stage s;
  manager systemd;
  process& daemon = systemd.start(s, {{"WATCHDOG_USEC", "100000"}});
  systemd.wait_for(daemon, "STATUS=ok: ");
  systemd.wait_for(daemon, "WATCHDOG=1", systemd.times("WATCHDOG=1") + 5);
}

TEST_CASE("a daemon whose watchdog is fed stops in good order") {
  stage s;
  manager systemd;
  process& daemon = systemd.start(s, {{"WATCHDOG_USEC", "60000000"}});
  systemd.wait_for(daemon, "STATUS=ok: ");
  daemon.signal(SIGTERM);
  CHECK(daemon.wait_for_end().status == 0);
}

TEST_CASE("where there is no watchdog nothing is fed") {
  stage s;
  manager systemd;
  process& daemon = systemd.start(s);
  systemd.wait_for(daemon, "STATUS=ok: ");
  daemon.signal(SIGTERM);
  CHECK(daemon.wait_for_end().status == 0);
  CHECK(systemd.times("WATCHDOG") == 0);
}

TEST_CASE("a manager that does not listen does not keep the daemon from its work") {
  stage s;
  launch how = s.command({"run"});
  how.environment["NOTIFY_SOCKET"] = s.path("nobody").string();
  process& daemon = s.start(how);
  CHECK(number(s.wait_for_poll(daemon, 1), "/summary/vms") == 9);
}
