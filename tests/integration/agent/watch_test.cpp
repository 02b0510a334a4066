// The daemon's loop inside the test, against the simulator, with a clock that jumps: hours of
// polling take no time. What happens between two steps is steered from the actuator, which is
// called once a poll.
#include "agent/watch.hpp"
#include "base/digest.hpp"
#include "simulator/simulator.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>
#include <unistd.h>

#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

using namespace ovhl;
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr const char* small_fleet = R"(
services:
  - name: pcc-1
    datacenters:
      - id: 12
        vms:
          - {vmId: 1, name: web-1, guestOsFamily: windows2019srvNext_64Guest, license: windows 2022 Standard}
          - {vmId: 2, name: web-2, guestOsFamily: windows2019srvNext_64Guest}
          - {vmId: 3, name: tux-1, guestOsFamily: debian11_64Guest}
)";

class folder {
 public:
  folder() {
    std::string pattern = (fs::temp_directory_path() / "watch-test-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~folder() { fs::remove_all(path_); }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

std::string content(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Windows Server 2022 must be declared, everything else must carry nothing.
std::shared_ptr<const config::policy_file> policy(const char* license = "windows 2022 Standard") {
  auto file = std::make_shared<config::policy_file>();
  licensing::expectation windows;
  windows.what = licensing::wanted::license;
  windows.license = license;
  licensing::expectation nothing;
  nothing.what = licensing::wanted::none;
  file->policy.guest_os_families = {{glob("windows2019srvNext_64Guest"), windows},
                                    {glob("*"), nothing}};
  file->path = "policy.yaml";
  file->sha256 = sha256(license);
  return file;
}

// Calls back once a poll, when the verdicts are there and nothing of them is published yet.
class steering final : public agent::actuator {
 public:
  std::function<void(int poll)> on_poll;

  asio::awaitable<std::vector<publish::due_state>>
  correct(std::vector<licensing::correction> due) override {
    on_poll(++polls_);
    co_return std::vector<publish::due_state>(due.size(), publish::due_state::reported);
  }

 private:
  int polls_ = 0;
};

struct theatre {
  sim::simulator api;
  folder dir;
  agent::setup setup;
  asio::io_context loop{1};
  loop::instant_clock clock{std::chrono::sys_days(std::chrono::year(2026) / 11 / 20)};
  os::log log{os::log_format::text, os::level::error, ::dup(2)};
  steering act;
  agent::read_outcome next_read; // what a reload finds
  std::optional<agent::watch> daemon;

  explicit theatre(std::string fleet = small_fleet)
      : api([&] {
          sim::options o;
          o.fleet = std::move(fleet);
          return o;
        }()) {
    config::account account;
    account.name = "main";
    account.endpoint = api.endpoint();
    account.ca_file = api.ca_file();
    setup.settings.accounts = {account};
    setup.settings.api.requests_per_minute = 0;
    setup.settings.status.file = dir / "status.json";
    setup.settings.status.prometheus = dir / "metrics.prom";
    setup.policy = policy();
    const sim::accepted_credentials& keys = api.accepted();
    setup.accounts = {
        {account, *ovh::find_endpoint(account.endpoint, std::nullopt),
         ovh::application_credentials{keys.application_key, secret(keys.application_secret),
                                      secret(keys.consumer_key)}}};
  }

  // Plays until somebody stops the daemon.
  void play(std::function<void(int poll)> on_poll) {
    act.on_poll = std::move(on_poll);
    daemon.emplace(
        agent::watch::parts{loop.get_executor(), clock, log, act, [this] { return next_read; }},
        setup);
    asio::co_spawn(loop, daemon->run(), [](std::exception_ptr bug) {
      if (bug) std::rethrow_exception(bug);
    });
    loop.run();
  }

  std::string status() const { return content(dir / "status.json"); }
  const publish::snapshot& now() { return daemon->snapshot(); }
  // Something to do when the poll under way has been published.
  void afterwards(std::function<void()> what) { asio::post(loop, std::move(what)); }
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("until the first look is over the status says starting, and which poll is under way") {
  theatre t;
  t.play([&](int) {
    const std::string status = t.status();
    CHECK(contains(status, R"("state": "starting")"));
    CHECK(contains(status, R"("number": 1)"));
    CHECK(contains(status, R"("finished_at": null)"));
    CHECK(
        contains(content(t.dir / "metrics.prom"), "ovh_licensed_config_last_reload_successful 1"));
    t.daemon->stop();
  });
  CHECK(contains(t.status(), R"("state": "stopping")"));
}

TEST_CASE("a poll tells what is due and leaves it reported") {
  theatre t;
  t.play([&](int poll) {
    if (poll == 2) t.daemon->stop();
  });
  const publish::snapshot& s = t.now();
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
  theatre t;
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

TEST_CASE("a reload that finds mistakes keeps the old policy and says so") {
  theatre t;
  t.next_read.mistakes = {{"policy.yaml", 3, 1, "unknown key 'mdoe'; did you mean 'mode'?", ""}};
  t.play([&](int poll) {
    if (poll == 1) t.afterwards([&] { t.daemon->reload(); });
    if (poll == 2) t.daemon->stop();
  });
  CHECK(t.now().policy.sha256 == policy()->sha256);
  CHECK_FALSE(t.now().policy.last_reload.ok);
  CHECK(t.now().policy.last_reload.error ==
        "policy.yaml:3:1: unknown key 'mdoe'; did you mean 'mode'?");
  CHECK(contains(content(t.dir / "metrics.prom"), "ovh_licensed_config_last_reload_successful 0"));
}

TEST_CASE("a reload of the policy is in force at once and followed by a poll without a rest") {
  theatre t;
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
  theatre t;
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
  theatre t;
  t.next_read.value = t.setup;
  t.next_read.value->settings.api.connections = 2;
  asio::post(t.loop, [&] { t.daemon->reload(); });
  t.play([&](int) { t.daemon->stop(); });
  CHECK(t.now().policy.last_reload.ok);
  CHECK(t.now().polls_succeeded == 1);
}

TEST_CASE("stopping in the middle of the first look ends it without a verdict") {
  theatre t;
  asio::post(t.loop, [&] { t.daemon->stop(); });
  t.play([](int) { FAIL("nothing should have been judged"); });
  CHECK(t.now().daemon.state == publish::daemon_state::stopping);
  CHECK(contains(t.status(), R"("finished_at": null)"));
}

TEST_CASE("a status file that cannot be written is told, and the watch goes on") {
  theatre t;
  t.setup.settings.status.file = t.dir / "missing/status.json";
  t.play([&](int poll) {
    if (poll == 3) t.daemon->stop();
  });
  CHECK(t.now().polls_succeeded == 3);
  CHECK(contains(t.now().errors.at(0).what.where, "missing/status.json"));
}

TEST_CASE("when services and keys expire is asked once, not at every poll") {
  theatre t;
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
  theatre t;
  t.play([&](int poll) {
    if (poll == 1000) t.daemon->stop();
  });
  CHECK(t.now().polls_succeeded == 1000);
  CHECK(t.now().errors.empty());
}
