// The daemon's loop inside the test, against the simulator, with a clock that jumps: hours of
// polling take no time. What happens between two steps is steered from the actuator, which is
// called once a poll.
#pragma once

#include "agent/corrector.hpp"
#include "agent/daemon.hpp"
#include "agent/snapshot_of.hpp"
#include "base/digest.hpp"
#include "ledger/sqlite/journal.hpp"
#include "simulator/simulator.hpp"
#include "support/counted_engine.hpp"
#include "support/file_text.hpp"
#include "support/fleets.hpp"
#include "support/printing.hpp"
#include "support/temporary_directory.hpp"
#include "support/text.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <functional>

namespace ovhl::test {

namespace asio = boost::asio;
namespace fs = std::filesystem;

inline const std::string small_fleet = pcc_1(R"(
  {vmId: 1, name: web-1, guestOsFamily: windows2019srvNext_64Guest, license: windows 2022 Standard},
  {vmId: 2, name: web-2, guestOsFamily: windows2019srvNext_64Guest},
  {vmId: 3, name: tux-1, guestOsFamily: debian11_64Guest})");

inline constexpr const char* two_services = R"(
services:
  - name: pcc-1
    datacenters:
      - id: 12
        vms:
          - {vmId: 1, name: web-1, guestOsFamily: windows2019srvNext_64Guest, license: windows 2022 Standard}
  - name: pcc-2
    datacenters:
      - id: 21
        vms:
          - {vmId: 2, name: web-2, guestOsFamily: windows2019srvNext_64Guest}
          - {vmId: 3, name: tux-1, guestOsFamily: debian11_64Guest}
)";

// Windows Server 2022 must be declared, everything else must carry nothing.
inline std::shared_ptr<const config::policy_file>
policy(const char* license = "windows 2022 Standard") {
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

  agent::actuator* acting = nullptr; // what really corrects; none: nothing does

  asio::awaitable<licensing::due_corrections>
  correct(std::shared_ptr<const agent::surveyed> found) override {
    on_poll(++polls_);
    if (acting == nullptr) co_return glance(found);
    co_return co_await acting->correct(std::move(found));
  }
  void listen(agent::correction_events n) override {
    if (acting != nullptr) acting->listen(std::move(n));
  }
  void adopt(std::shared_ptr<const agent::setup> by) override {
    if (acting != nullptr) acting->adopt(std::move(by));
  }
  void resume() override {
    if (acting != nullptr) acting->resume();
  }
  licensing::due_corrections glance(const std::shared_ptr<const agent::surveyed>& found) override {
    return acting != nullptr ? acting->glance(found) : actuator::glance(found);
  }
  std::vector<error> problems() const override {
    return acting != nullptr ? acting->problems() : std::vector<error>();
  }
  void stop() override {
    if (acting != nullptr) acting->stop();
  }
  asio::awaitable<void> over() override {
    if (acting != nullptr) co_await acting->over();
  }
  std::function<void()> on_begin_no_more;
  void begin_no_more() override {
    if (on_begin_no_more) on_begin_no_more();
    if (acting != nullptr) acting->begin_no_more();
  }
  void go_on() override {
    if (acting != nullptr) acting->go_on();
  }

 private:
  int polls_ = 0;
};

// A clock that jumps, but over a rest of minutes only when the corrections under way have ended:
// else an hour would pass between two of their requests.
class patient_clock final : public loop::clock {
 public:
  explicit patient_clock(instant start) : time_(start) {}
  std::function<asio::awaitable<void>()> before_a_rest;
  at_work recording; // while that is under way it does not jump
  std::function<void()> moved;

  loop::steady_point now() const override { return time_.now(); }
  instant wall() const override { return time_.wall(); }
  asio::awaitable<void> wait_until(loop::steady_point end) override {
    if (end - now() > std::chrono::minutes(2)) co_await before_a_rest();
    const auto executor = co_await asio::this_coro::executor;
    while (recording && *recording > 0)
      co_await asio::post(executor, asio::use_awaitable);
    const instant before = wall();
    co_await time_.wait_until(end);
    if (moved && wall() != before) moved();
  }
  void advance(std::chrono::nanoseconds d) {
    time_.advance(d);
    if (moved) moved();
  }

 private:
  loop::instant_clock time_;
};

struct daemon_fixture {
  sim::simulator api;
  temporary_directory dir;
  agent::setup setup;
  asio::io_context loop{1};
  patient_clock clock{std::chrono::sys_days(std::chrono::year(2026) / 11 / 20)};
  int log_fd = ::open((dir / "log").c_str(), O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0600);
  os::log log{os::log_format::text, os::level::info, log_fd};
  steering act;
  agent::read_outcome next_read; // what a reload finds
  std::optional<agent::accounts> accounts;
  at_work recording = std::make_shared<int>(0);
  std::shared_ptr<ledger::engine> make_engine() {
    return std::make_shared<counted_engine>(
        std::make_shared<ledger::sqlite_engine>(loop.get_executor(), setup.settings.ledger),
        recording);
  }
  std::optional<agent::record_keeper> ledger;
  std::optional<agent::corrector> corrector; // where the test corrects
  std::optional<agent::daemon> daemon;
  agent::actuator* stand_in = nullptr; // corrects instead of the corrector
  bool correcting = false;
  bool patient = true;           // with corrections: see patient_clock
  std::size_t sent_first = 0;    // else: so many requests of theirs leave before a first rest
  std::function<void()> on_rest; // between two polls

  explicit daemon_fixture(std::string fleet = small_fleet) : api({.fleet = std::move(fleet)}) {
    config::account account;
    account.name = "main";
    account.endpoint = api.endpoint();
    account.ca_file = api.ca_file();
    setup.settings.accounts = {account};
    setup.settings.api.requests_per_minute = 0;
    setup.settings.ledger = dir / "ledger.db";
    setup.settings.status.file = dir / "status.json";
    setup.settings.status.prometheus = dir / "metrics.prom";
    setup.policy = policy();
    agent::account_setup& main = setup.accounts.emplace_back();
    main.account = account;
    main.endpoint = *ovh::find_endpoint(account.endpoint, std::nullopt);
    const sim::accepted_credentials& keys = api.accepted();
    main.credentials = ovh::application_credentials{
        keys.application_key, secret(keys.application_secret), secret(keys.consumer_key)};
    clock.moved = [this] { set_api_clock(); };
    clock.recording = recording;
    set_api_clock();
  }
  ~daemon_fixture() { ::close(log_fd); }
  daemon_fixture(const daemon_fixture&) = delete;
  daemon_fixture& operator=(const daemon_fixture&) = delete;

  // OVHcloud's clock minus this machine's; they go together, also where the clock jumps.
  std::chrono::seconds api_ahead{0};
  void set_api_clock() {
    const auto real = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    api.control("PATCH", "/control/settings",
                fmt::format(R"({{"clock_offset_seconds": {}}})",
                            (clock.wall() + api_ahead - real).count()));
  }

  agent::record_keeper::parts keeper_of(ledger::writer by) {
    return {loop.get_executor(), clock, make_engine(), std::move(by)};
  }

  // Plays until somebody stops the daemon.
  void play(std::function<void(int poll)> on_poll) {
    act.on_poll = std::move(on_poll);
    accounts.emplace(loop.get_executor(), clock, setup);
    ledger.emplace(keeper_of({"run", "test", ::getpid(), "1"}));
    corrector.emplace(agent::corrector::parts{loop.get_executor(), clock, *accounts, *ledger, {}});
    act.acting = correcting ? &*corrector : stand_in;
    clock.before_a_rest = [this]() -> asio::awaitable<void> {
      while (!daemon->is_idle())
        co_await asio::post(loop, asio::use_awaitable);
      if (on_rest) on_rest();
      if (correcting && patient) co_await corrector->over();
      // A rest between looks and request would make the looks too old for it.
      for (int turns = 0; correcting && posts() < sent_first && turns < 100'000; ++turns)
        co_await asio::post(loop, asio::use_awaitable);
    };
    daemon.emplace(agent::daemon::parts{loop.get_executor(), clock, log, *accounts, *ledger, act,
                                        [this] { return next_read; }},
                   setup);
    asio::co_spawn(loop, daemon->run(), [](std::exception_ptr bug) {
      if (bug) std::rethrow_exception(bug);
    });
    loop.run();
  }

  std::size_t posts() {
    const auto all = api.requests();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [](const auto& r) { return r.method == "POST"; }));
  }
  std::string logged() const { return file_text(dir / "log"); }
  std::string status() const { return file_text(dir / "status.json"); }
  publish::snapshot now() const { return agent::snapshot_of(daemon->state()); }
  // Something to do when the poll under way has been published.
  void afterwards(std::function<void()> what) { asio::post(loop, std::move(what)); }
};

} // namespace ovhl::test
