// What a reload does to a daemon that is looking, dealing with results or resting.
#include "daemon_fixture.hpp"

using namespace ovhl;
using namespace ovhl::test;

TEST_CASE("a reload that finds mistakes keeps the old policy and says so") {
  daemon_fixture t;
  t.next_read.mistakes = {{"policy.yaml", 3, 1, "unknown key 'mdoe'; did you mean 'mode'?", ""}};
  t.play([&](int poll) {
    if (poll == 1) t.afterwards([&] { t.daemon->reload(); });
    if (poll == 2) t.daemon->stop();
  });
  CHECK(t.now().policy.sha256 == policy()->sha256);
  CHECK_FALSE(t.now().policy.last_reload.ok);
  CHECK(t.now().policy.last_reload.error ==
        "policy.yaml:3:1: unknown key 'mdoe'; did you mean 'mode'?");
  CHECK(
      contains(file_text(t.dir / "metrics.prom"), "ovh_licensed_config_last_reload_successful 0"));
}

TEST_CASE("a reload of the policy is in force at once and followed by a poll without a rest") {
  daemon_fixture t;
  t.setup.settings.poll.interval = std::chrono::hours(1);
  t.next_read.value = t.setup;
  t.next_read.value->policy = policy("windows 2022 Datacenter");
  loop::steady_point first{};
  t.play([&](int poll) {
    if (poll == 1) {
      first = t.clock.now();
      t.daemon->reload(); // while the results of the look are being dealt with
    }
    if (poll == 2) {
      CHECK(t.clock.now() - first < std::chrono::minutes(1));
      t.afterwards([&] {
        CHECK(t.now().policy.sha256 == policy("windows 2022 Datacenter")->sha256);
        CHECK(t.now().findings.size() == 2); // web-1 is wrong now
        t.daemon->stop();
      });
    }
  });
  CHECK(t.now().policy.last_reload.ok);
}

TEST_CASE("a reload in the middle of a look does not ask the API twice for a changed policy") {
  daemon_fixture t;
  t.next_read.value = t.setup;
  t.next_read.value->policy = policy("windows 2022 Datacenter");
  asio::post(t.loop, [&] { t.daemon->reload(); });
  t.play([&](int) {
    t.afterwards([&] {
      CHECK(t.now().findings.size() == 2);
      t.daemon->stop();
    });
  });
  int listed = 0;
  for (const auto& r : t.api.requests())
    listed += r.path == "/dedicatedCloud" ? 1 : 0;
  CHECK(listed == 1);
}

TEST_CASE("a reload that changes what is looked at gives up the look and starts it anew") {
  daemon_fixture t;
  t.next_read.value = t.setup;
  t.next_read.value->settings.api.connections = 2;
  asio::post(t.loop, [&] { t.daemon->reload(); });
  t.play([&](int) { t.daemon->stop(); });
  CHECK(t.now().policy.last_reload.ok);
  CHECK(t.now().polls_succeeded == 1);
}

TEST_CASE("a reload of the policy judges what was seen last, before anything is looked at again") {
  daemon_fixture t;
  t.next_read.value = t.setup;
  t.next_read.value->policy = policy("windows 2022 Datacenter");
  t.play([&](int poll) {
    if (poll == 1)
      t.afterwards([&] {
        REQUIRE(t.now().findings.size() == 1);
        t.daemon->reload();
        CHECK(t.now().poll.number == 1);
        CHECK(t.now().polls_succeeded == 1);
        REQUIRE(t.now().findings.size() == 2);
        CHECK(t.now().findings[1].verdict == licensing::verdict::wrong); // the less urgent
        CHECK(t.now().findings[1].state == publish::due_state::reported);
        CHECK(contains(t.status(), R"("wrong": 1)"));
        CHECK(contains(t.logged(), "web-1 (1 in pcc-1/12): compliant → wrong"));
      });
    if (poll == 2) t.daemon->stop();
  });
  CHECK(t.now().polls_succeeded == 2);
}

TEST_CASE("the policy's exemptions are known before anything is seen, and after a reload") {
  daemon_fixture t;
  licensing::rule own;
  own.name = "own";
  own.match.name = {glob("byol-*")};
  own.expect.what = licensing::wanted::keep;
  own.expect.reason = "Volume licensing";
  auto exempting = std::make_shared<config::policy_file>(*policy());
  exempting->policy.rules = {own};
  t.next_read.value = t.setup;
  t.setup.policy = exempting;
  t.play([&](int) {
    CHECK(contains(t.status(), "Volume licensing"));
    CHECK(t.now().exemptions.size() == 1);
    t.daemon->reload();
    CHECK(t.now().exemptions.empty());
    CHECK_FALSE(contains(t.status(), "Volume licensing"));
    t.daemon->stop();
  });
}

TEST_CASE("services the configuration no longer names are dropped with one line, not as VMs gone") {
  daemon_fixture t(two_services);
  t.next_read.value = t.setup;
  t.next_read.value->accounts[0].account.services = {"pcc-1"};
  t.play([&](int poll) {
    if (poll == 1)
      t.afterwards([&] {
        REQUIRE(t.now().datacenters.size() == 2);
        t.daemon->reload();
        CHECK(t.now().datacenters.size() == 1);
        CHECK(t.now().findings.empty());
      });
    if (poll == 2) t.daemon->stop();
  });
  REQUIRE(t.now().datacenters.size() == 1);
  CHECK(t.now().datacenters[0].where.service == "pcc-1");
  CHECK(contains(t.logged(), "no longer watched: pcc-2 of account main\n"));
  CHECK_FALSE(contains(t.logged(), "gone"));
}

TEST_CASE("services dropped while results are being dealt with are not in the results") {
  daemon_fixture t(two_services);
  t.next_read.value = t.setup;
  t.next_read.value->accounts[0].account.services = {"pcc-1"};
  t.play([&](int poll) {
    if (poll == 2) return t.daemon->stop();
    t.daemon->reload();
    t.afterwards([&] { CHECK(t.now().datacenters.size() == 1); });
  });
  CHECK(t.now().polls_succeeded == 2);
  CHECK_FALSE(contains(t.logged(), "gone"));
}

TEST_CASE("when other credentials are loaded, the end of the old ones is forgotten") {
  daemon_fixture t;
  t.api.control("PATCH", "/control/credentials/1",
                R"({"expiration": "2027-01-01T00:00:00+00:00"})");
  t.next_read.value = t.setup;
  t.next_read.value->accounts[0].credentials =
      ovh::token_credentials{secret(t.api.accepted().access_token)};
  t.play([&](int poll) {
    if (poll == 2) {
      CHECK(t.now().accounts.at(0).credential_expiry.has_value());
      t.daemon->reload();
      CHECK_FALSE(t.now().accounts.at(0).credential_expiry.has_value());
    }
    if (poll == 4) t.daemon->stop();
  });
  CHECK(t.now().polls_succeeded == 4);
  CHECK_FALSE(t.now().accounts.at(0).credential_expiry.has_value());
}

TEST_CASE("a server that does not answer when things expire does not hold up a wanted poll") {
  daemon_fixture t;
  t.setup.settings.poll.interval = std::chrono::hours(1);
  sim::fault hang;
  hang.path = "*/serviceInfos";
  hang.kind = "hang";
  hang.times = 1;
  t.api.arm(hang);
  const std::function<void()> once_asked = [&] {
    const auto asked = t.api.requests();
    if (asked.empty() || asked.back().fault != "hang") return t.afterwards(once_asked);
    t.daemon->poll_now();
  };
  loop::steady_point first{};
  t.play([&](int poll) {
    if (poll == 1) {
      first = t.clock.now();
      t.afterwards(once_asked);
    }
    if (poll == 2) {
      CHECK(t.clock.now() - first < std::chrono::minutes(1));
      CHECK_FALSE(t.now().accounts.at(0).service_expiry.contains("pcc-1"));
      CHECK(t.now().errors.empty());
    }
    if (poll == 3) t.daemon->stop();
  });
  CHECK(t.now().accounts.at(0).service_expiry.contains("pcc-1")); // asked again
}
