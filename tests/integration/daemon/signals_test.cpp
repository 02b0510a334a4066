// SIGTERM and SIGINT in every phase of the daemon's life, and SIGUSR1.
#include "ledger/sqlite/store.hpp"
#include "listener.hpp"
#include "stage.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

using namespace ovhl::test;
using ovhl::descriptor;
namespace sim = ovhl::sim;

namespace {

void stops_well(stage& s, process& daemon, int signal) {
  daemon.signal(signal);
  const ending end = daemon.wait_for_end(std::chrono::seconds(10));
  CHECK(end.status == 0);
  CHECK(text(s.status(), "/daemon/state") == "stopping");
  CHECK(messages(daemon.err()).back() == "info  stopped");
  CHECK_FALSE(contains(daemon.err(), "timeout"));
}

void hang(sim::simulator& api, const char* path) {
  sim::fault silence;
  silence.path = path;
  silence.kind = "hang";
  silence.times = 0;
  api.arm(silence);
}

} // namespace

TEST_CASE("the daemon stops when it is told to at rest") {
  for (const int signal : {SIGTERM, SIGINT}) {
    CAPTURE(signal);
    stage s;
    process& daemon = s.daemon_at_rest();
    stops_well(s, daemon, signal);
    CHECK(number(s.status(), "/poll/number") == 1); // what it saw last still stands there
    CHECK(number(s.status(), "/summary/vms") == 9);
  }
}

TEST_CASE("the daemon stops when it is told to while the API says nothing") {
  for (const char* path :
       {"/auth/time", "/dedicatedCloud", "/dedicatedCloud/pcc-1/datacenter/12/vm",
        "/dedicatedCloud/pcc-1/serviceInfos"}) {
    for (const int signal : {SIGTERM, SIGINT}) {
      CAPTURE(path);
      CAPTURE(signal);
      stage s;
      hang(s.api, path);
      process& daemon = s.start_daemon();
      s.wait_for_requests(daemon, 1, path);
      stops_well(s, daemon, signal);
    }
  }
}

TEST_CASE("a first poll that is broken off leaves no word of a poll that was finished") {
  stage s;
  hang(s.api, "*");
  process& daemon = s.start_daemon();
  s.wait_for_requests(daemon, 1);
  stops_well(s, daemon, SIGTERM);
  CHECK(number(s.status(), "/poll/number") == 1);
  CHECK(text(s.status(), "/poll/finished_at") == "null");
  CHECK(text(s.status(), "/errors") == "[]");
  CHECK_FALSE(contains(daemon.err(), "poll 1"));
}

TEST_CASE("the daemon stops when it is told to during a TLS handshake that never ends") {
  for (const int signal : {SIGTERM, SIGINT}) {
    CAPTURE(signal);
    stage s;
    const listener mute;
    configuration c;
    c.endpoint = fmt::format("https://127.0.0.1:{}/1.0", mute.port());
    s.write("ovh.conf",
            fmt::format("[{}]\naccess_token={}\n", c.endpoint, s.api.accepted().access_token),
            0600);
    s.configure(c);
    process& daemon = s.start_daemon();
    descriptor line;
    daemon.wait_until("a connection", [&] { return bool(line = mute.accepted()); }, mute.event());
    daemon.wait_until("its hello", [&] { return readable(line.fd); }, line.fd);
    stops_well(s, daemon, signal);
  }
}

TEST_CASE("the daemon stops when it is told to while it waits before asking again") {
  stage s;
  sim::fault later;
  later.kind = "throttle";
  later.retry_after = "25";
  later.times = 0;
  s.api.arm(later);
  process& daemon = s.start_daemon();
  s.wait_for_requests(daemon, 1);
  stops_well(s, daemon, SIGTERM);
  CHECK(s.api.requests().size() == 1);
}

TEST_CASE("the daemon stops when it is told to at its first word") {
  for (const int signal : {SIGTERM, SIGINT}) {
    CAPTURE(signal);
    stage s;
    process& daemon = s.start_daemon();
    daemon.wait_for_line("ovh-licensed ");
    stops_well(s, daemon, signal);
  }
}

TEST_CASE("a second signal while the daemon stops changes nothing") {
  stage s;
  process& daemon = s.daemon_at_rest();
  daemon.signal(SIGTERM);
  daemon.signal(SIGHUP);
  daemon.signal(SIGTERM);
  CHECK(daemon.wait_for_end(std::chrono::seconds(10)).status == 0);
  CHECK(text(s.status(), "/daemon/state") == "stopping");
}

namespace {

// A config.yaml that cannot be opened before it is let go (fcntl(2), leases): whoever tries is made
// to wait, and we are told by SIGIO. It lies in shared memory, as not every file system has leases.
class held_config {
 public:
  explicit held_config(const stage& s) : name_("/dev/shm/ovh-licensed-test-XXXXXX") {
    descriptor writer(::mkostemp(name_.data(), O_CLOEXEC));
    const std::string text = s.content("config.yaml");
    REQUIRE(::write(writer.fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    writer = {};
    std::filesystem::remove(s.path("config.yaml"));
    std::filesystem::create_symlink(name_, s.path("config.yaml"));
    file_ = descriptor(::open(name_.c_str(), O_RDONLY | O_CLOEXEC));
    asked_ = descriptor(::signalfd(-1, &sigio(), SFD_CLOEXEC | SFD_NONBLOCK));
    drain(asked_.fd); // of an earlier file
    REQUIRE_MESSAGE(::fcntl(file_.fd, F_SETLEASE, F_WRLCK) == 0, "no lease of ", name_);
  }
  ~held_config() { std::filesystem::remove(name_); }
  held_config(const held_config&) = delete;
  held_config& operator=(const held_config&) = delete;

  int event() const { return asked_.fd; }
  void let_go() const { REQUIRE(::fcntl(file_.fd, F_SETLEASE, F_UNLCK) == 0); }

  // Before any other thread is there.
  static void block_sigio() { ::sigprocmask(SIG_BLOCK, &sigio(), nullptr); }

 private:
  static const sigset_t& sigio() {
    static const sigset_t one = [] {
      sigset_t set;
      sigemptyset(&set);
      sigaddset(&set, SIGIO);
      return set;
    }();
    return one;
  }
  std::string name_;
  descriptor file_, asked_;
};

} // namespace

TEST_CASE("a signal is heeded even before the configuration could be read") {
  for (const int signal : {SIGTERM, SIGINT}) {
    CAPTURE(signal);
    held_config::block_sigio();
    stage s;
    const held_config config(s);
    process& daemon = s.start_daemon();
    daemon.wait_until(
        "it to open config.yaml", [&] { return readable(config.event()); }, config.event());
    daemon.signal(signal);
    config.let_go();
    CHECK(daemon.wait_for_end(std::chrono::seconds(10)).status == 0);
    CHECK(text(s.status(), "/daemon/state") == "stopping");
  }
}

TEST_CASE("SIGUSR1 polls now") {
  stage s;
  process& daemon = s.daemon_at_rest();
  s.api.control("PATCH", "/control/vms/2", R"({"license": "windows 2022 Standard"})");
  daemon.signal(SIGUSR1);
  const auto status = s.wait_for_poll(daemon, 2);
  CHECK(number(status, "/summary/missing") == 0);
  CHECK(number(status, "/summary/compliant") == 3);
}

TEST_CASE("many SIGUSR1 during a look neither pile up nor begin another look beside it") {
  stage s;
  process& daemon = s.daemon_at_rest();
  s.api.forget_requests();
  sim::fault slowness;
  slowness.path = "/dedicatedCloud/pcc-1/datacenter";
  slowness.kind = "hang";
  s.api.arm(slowness);
  daemon.signal(SIGUSR1);
  s.wait_for_requests(daemon, 1, "/dedicatedCloud/pcc-1/datacenter");
  for (int i = 0; i < 100; ++i)
    daemon.signal(SIGUSR1);
  daemon.signal(SIGHUP); // answered behind them all
  daemon.wait_for_line("reloaded");
  CHECK(s.looks() == 1);
  stops_well(s, daemon, SIGTERM);
}

TEST_CASE("the daemon stops when it is told to while it reads a large ledger") {
  stage s;
  {
    auto file = ovhl::ledger::store::open(s.path("ledger.db"), {"test", 1, {}},
                                          [](const ovhl::ledger::record&) {});
    REQUIRE(file.has_value());
    ovhl::ledger::new_record one;
    one.kind = ovhl::ledger::kind::seen;
    one.where = {"main", "pcc-1", 12};
    one.body = "{}";
    const std::vector<ovhl::ledger::new_record> many(100'000, one);
    REQUIRE(file->append(many, ovhl::ledger::store::durability::written).has_value());
  }
  process& daemon = s.start_daemon();
  daemon.wait_for_line("ovh-licensed ");
  daemon.signal(SIGTERM);
  CHECK(daemon.wait_for_end(std::chrono::seconds(10)).status == 0);
  CHECK(messages(daemon.err()).back() == "info  stopped");
  CHECK_FALSE(contains(daemon.err(), "error"));
}
