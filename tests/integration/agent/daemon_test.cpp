// How the daemon polls, and what it says of what it sees.
#include "daemon_fixture.hpp"

using namespace ovhl;
using namespace ovhl::test;

TEST_CASE("until the first look is over the status says starting, and which poll is under way") {
  daemon_fixture t;
  t.play([&](int) {
    const std::string status = t.status();
    CHECK(contains(status, R"("state": "starting")"));
    CHECK(contains(status, R"("number": 1)"));
    CHECK(contains(status, R"("finished_at": null)"));
    CHECK(contains(file_text(t.dir / "metrics.prom"),
                   "ovh_licensed_config_last_reload_successful 1"));
    t.daemon->stop();
  });
  CHECK(contains(t.status(), R"("state": "stopping")"));
}

TEST_CASE("a poll tells what is due and leaves it reported") {
  daemon_fixture t;
  t.play([&](int poll) {
    if (poll == 2) t.daemon->stop();
  });
  const publish::snapshot s = t.now();
  CHECK(s.polls_succeeded >= 1);
  REQUIRE(s.findings.size() == 1);
  CHECK(s.findings[0].name == "web-2");
  CHECK(s.findings[0].verdict == licensing::verdict::missing);
  CHECK(s.findings[0].state == publish::due_state::reported);
  REQUIRE(s.datacenters.size() == 1);
  CHECK(s.datacenters[0].vms == 3);
  CHECK(t.api.violations().empty());
}

TEST_CASE("when the API is gone the last picture stands, and it comes back by itself") {
  daemon_fixture t;
  instant seen_at{};
  t.play([&](int poll) {
    if (poll == 1) {
      t.afterwards([&] { seen_at = *t.now().datacenters.at(0).observed_at; });
      t.api.stop_listening();
    }
    if (poll == 2)
      t.afterwards([&] {
        CHECK(t.now().daemon.state == publish::daemon_state::failing);
        CHECK_FALSE(t.now().poll.ok);
        REQUIRE(t.now().datacenters.size() == 1);
        CHECK_FALSE(t.now().datacenters[0].ok);
        CHECK(t.now().datacenters[0].observed_at == seen_at);
        CHECK(t.now().findings.size() == 1);
        CHECK_FALSE(t.now().errors.empty());
        t.api.resume();
      });
    if (poll == 3)
      t.afterwards([&] {
        CHECK(t.now().daemon.state == publish::daemon_state::ok);
        CHECK(t.now().datacenters.at(0).ok);
        t.daemon->stop();
      });
  });
  CHECK(t.now().polls_failed == 1);
}

TEST_CASE("stopping in the middle of the first look ends it without a verdict") {
  daemon_fixture t;
  asio::post(t.loop, [&] { t.daemon->stop(); });
  t.play([](int) { FAIL("nothing should have been judged"); });
  CHECK(t.now().daemon.state == publish::daemon_state::stopping);
  CHECK(contains(t.status(), R"("finished_at": null)"));
}

TEST_CASE("a status file that cannot be written is told, and the watch goes on") {
  daemon_fixture t;
  t.setup.settings.status.file = t.dir / "missing/status.json";
  t.play([&](int poll) {
    if (poll == 3) t.daemon->stop();
  });
  CHECK(t.now().polls_succeeded == 3);
  CHECK(contains(t.now().errors.at(0).what.where, "missing/status.json"));
}

TEST_CASE("when services and keys expire is asked once, not at every poll") {
  daemon_fixture t;
  t.play([&](int poll) {
    if (poll == 5) t.daemon->stop();
  });
  int asked = 0;
  for (const auto& r : t.api.requests())
    asked += contains(r.path, "/serviceInfos") ? 1 : 0;
  CHECK(asked == 1);
  REQUIRE(t.now().accounts.size() == 1);
  CHECK(t.now().accounts[0].service_expiry.contains("pcc-1"));
}

TEST_CASE("a thousand polls of an unchanged fleet write nothing new to the log of errors") {
  daemon_fixture t;
  t.play([&](int poll) {
    if (poll == 1000) t.daemon->stop();
  });
  CHECK(t.now().polls_succeeded == 1000);
  CHECK(t.now().errors.empty());
}

TEST_CASE("a bug in a poll is told, counted and seen in the status, and the watch goes on") {
  daemon_fixture t;
  bool seen = false;
  t.play([&](int poll) {
    if (poll == 2) throw std::logic_error("two and two are five");
    if (poll == 3) {
      const publish::snapshot s = t.now();
      CHECK(s.daemon.state == publish::daemon_state::failing);
      CHECK(s.polls_succeeded == 1);
      CHECK(s.polls_failed == 1);
      CHECK_FALSE(s.poll.ok);
      CHECK_FALSE(s.poll.complete);
      REQUIRE(s.errors.size() == 1);
      CHECK(s.errors[0].what.where == "poll");
      CHECK(s.errors[0].what.message == "this is a bug, please report it: two and two are five");
      CHECK(contains(t.status(), R"("state": "failing")"));
      t.afterwards([&] {
        seen = true;
        CHECK(t.now().daemon.state == publish::daemon_state::ok);
        t.daemon->stop();
      });
    }
  });
  CHECK(seen);
  CHECK(t.now().polls_succeeded == 2);
}

TEST_CASE("a problem that stands is among the errors once, however many polls it lasts") {
  daemon_fixture t;
  std::size_t told = 0;
  t.play([&](int poll) {
    if (poll == 1) t.api.stop_listening();
    if (poll == 2) t.afterwards([&] { told = t.now().errors.size(); });
    if (poll == 5) t.daemon->stop();
  });
  CHECK(t.now().polls_failed == 4);
  CHECK(told > 0);
  CHECK(t.now().errors.size() == told);
}
