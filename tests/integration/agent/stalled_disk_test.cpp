// The disk under the ledger stands still for as long as the test wants: everything that needs no
// record goes on, and what waited is recorded afterwards.
#include "agent/survey.hpp"
#include "correcting.hpp"
#include "ledger/sqlite/store.hpp"
#include "ledger/sqlite/verify.hpp"
#include "support/slow_disk.hpp"

#include <boost/asio/signal_set.hpp>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

using namespace ovhl;
using namespace ovhl::test;

namespace {

// What systemd would be told, with a watchdog that wants to hear every 100 ms.
class systemd {
 public:
  explicit systemd(const fs::path& path)
      : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    ::setenv("WATCHDOG_USEC", "100000", 1);
  }
  ~systemd() {
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
    ::close(fd_);
  }
  systemd(const systemd&) = delete;
  systemd& operator=(const systemd&) = delete;

  void read() { // a full socket would hold up the daemon
    std::array<char, 4096> told{};
    for (ssize_t length = 0; (length = ::recv(fd_, told.data(), told.size(), 0)) > 0;)
      if (std::string_view(told.data(), static_cast<std::size_t>(length)) == "WATCHDOG=1") ++fed_;
  }
  int fed() const noexcept { return fed_; }

 private:
  int fd_;
  int fed_ = 0;
};

// The daemon by the real clock, which is not waited for: the test says until what it plays.
struct on_a_slow_disk : daemon_fixture {
  explicit on_a_slow_disk(std::chrono::nanoseconds patience = std::chrono::hours(1))
      : manager(dir / "notify") {
    setup.settings.poll.interval = std::chrono::hours(1);
    next_read.value = setup;
    next_read.value->policy = policy("windows 2022 Datacenter");
    api.control("PATCH", "/control/settings", R"({"clock_offset_seconds": 0})");
    accounts.emplace(loop.get_executor(), real, setup);
    ledger.emplace(agent::record_keeper::parts{
        loop.get_executor(), real, make_engine(), {"run", "test", ::getpid(), "1"}, patience});
    daemon.emplace(agent::daemon::parts{loop.get_executor(), real, log, *accounts, *ledger, nothing,
                                        [this] { return next_read; }},
                   setup);
    hang_up.async_wait([this](auto failed, int) {
      if (!failed) daemon->reload();
    });
    asio::co_spawn(loop, daemon->run(), [this](std::exception_ptr bug) {
      ended = true;
      hang_up.cancel();
      if (bug) std::rethrow_exception(bug);
    });
  }
  ~on_a_slow_disk() {
    disk.go_on();
    daemon.reset();
    ledger.reset();
  }

  void until(const std::function<bool()>& reached) {
    const auto end = real.now() + std::chrono::minutes(1);
    while (!reached()) {
      REQUIRE(real.now() < end);
      loop.run_one_for(std::chrono::milliseconds(1));
      manager.read();
    }
  }
  void first_poll() {
    until([&] { return now().polls_succeeded == 1 && is_recorded(); });
  }
  // In the loop, as on a signal: Asio delivers a cancellation from outside the loop later, and then
  // it may hit the next poll.
  void poll_now() {
    afterwards([this] { daemon->poll_now(); });
  }
  bool is_recorded() const {
    return !ledger->access().history().policy().empty() && !ledger->access().problem();
  }
  // The next poll has looked, and cannot record what it saw.
  void poll_into_the_stall() {
    disk.stand_still();
    poll_now();
    until([&] { return disk.somebody_waits(); });
  }

  slow_disk disk;
  systemd manager;
  loop::real_clock real;
  agent::reporting_actuator nothing;
  asio::signal_set hang_up{loop, SIGHUP};
  bool ended = false;
};

} // namespace

TEST_CASE("while the disk stands still signals, watchdog, status file and requests go on") {
  on_a_slow_disk t;
  t.first_poll();
  t.poll_into_the_stall();

  ::kill(::getpid(), SIGHUP);
  const std::string other = policy("windows 2022 Datacenter")->sha256;
  t.until([&] { return contains(t.status(), other); });
  CHECK(contains(t.status(), R"("wrong": 1)")); // judged by the new policy

  const int before = t.manager.fed();
  t.until([&] { return t.manager.fed() >= before + 3; });

  std::optional<licensing::inventory> seen;
  asio::co_spawn(t.loop, agent::survey(*t.accounts, t.setup.settings, t.real),
                 [&](std::exception_ptr bug, licensing::inventory all) {
                   if (!bug) seen = std::move(all);
                 });
  t.until([&] { return seen.has_value(); });
  CHECK(seen->complete());

  CHECK(t.disk.somebody_waits()); // all the time
  CHECK(t.now().polls_succeeded == 1);
  t.disk.go_on();
  t.until([&] { return t.now().polls_succeeded == 3; }); // the one that waited, and the reload's
  CHECK(t.now().errors.empty());
  CHECK(t.ledger->access().history().policy() == other);
  t.daemon->stop();
  t.until([&] { return t.ended; });
  CHECK(ledger::verify(t.setup.settings.ledger)->flaw == std::nullopt);
}

TEST_CASE("a poll goes on without a disk that does not answer, and says so") {
  on_a_slow_disk t(std::chrono::nanoseconds(0)); // no patience: no time has to pass
  t.first_poll();
  const auto end = t.ledger->access().history().last_record();
  t.poll_into_the_stall();
  for (const std::uint64_t polls : {2U, 3U, 4U}) { // one waits for the disk, the next do not
    t.until([&] { return t.now().polls_succeeded == polls; });
    CHECK(contains(t.now().ledger.problem.value_or(""),
                   t.setup.settings.ledger.string() + ": the disk has not answered for "));
    CHECK(contains(t.status(), R"("state": "degraded")"));
    if (polls < 4) t.poll_now();
  }
  CHECK((t.ledger->access().history().last_record() == end));
  bool written = false;
  t.ledger->listen([&] {
    if (std::exchange(written, true)) return;
    t.daemon->reload(); // publishes at once, and polls
    CHECK(t.now().ledger.problem == std::nullopt);
    CHECK(contains(t.status(), R"("state": "ok")"));
  });
  t.disk.go_on();
  t.until([&] { return written && t.now().polls_succeeded >= 5; });
  t.daemon->stop();
  t.until([&] { return t.ended; });
  CHECK(ledger::verify(t.setup.settings.ledger)->flaw == std::nullopt);
}

TEST_CASE("a reload that drops services while the disk stands still drops them at once") {
  on_a_slow_disk t;
  t.next_read.value->accounts[0].account.services = {"pcc-2"};
  t.first_poll();
  t.poll_into_the_stall();
  REQUIRE(t.now().datacenters.size() == 1);
  t.daemon->reload();
  CHECK(t.now().datacenters.empty());
  CHECK(t.disk.somebody_waits());
  t.disk.go_on();
  t.until([&] { return t.now().poll.number == 3; });
  CHECK(t.now().datacenters.empty());
  t.daemon->stop();
  t.until([&] { return t.ended; });
}

TEST_CASE("a daemon that is stopped while the disk stands still records what it saw, and ends") {
  on_a_slow_disk t;
  t.first_poll();
  t.poll_into_the_stall();
  t.daemon->stop();
  const int before = t.manager.fed();
  t.until([&] { return t.manager.fed() >= before + 2; });
  CHECK_FALSE(t.ended);
  t.disk.go_on();
  t.until([&] { return t.ended; });
  CHECK(contains(t.status(), R"("state": "stopping")"));
  std::vector<ledger::kind> kinds;
  REQUIRE(ledger::read(t.setup.settings.ledger, [&](const ledger::record& r) {
            kinds.push_back(r.kind);
          }).has_value());
  CHECK(kinds.back() == ledger::kind::stopped);
}
