// The daemon killed at any moment while it corrects, and started again: every correction takes
// effect once, and the record is whole.
#include "ledger/history.hpp"
#include "ledger/sqlite/store.hpp"
#include "ledger/sqlite/verify.hpp"
#include "stage.hpp"
#include "support/fleets.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <random>

using namespace ovhl::test;
namespace json = boost::json;
namespace ledger = ovhl::ledger;
namespace sim = ovhl::sim;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OVHL_SLOW
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OVHL_SLOW
#endif
#endif
#ifdef OVHL_SLOW
constexpr int fewer = 5; // everything takes longer
#else
constexpr int fewer = 1;
#endif
constexpr std::size_t vms = 100;
constexpr std::uint64_t seed = 20261120;

sim::options slow_and_undeclared() {
  sim::options o;
  o.fleet = pcc_1(fmt::format(
      "{{vmId: 100, name: web, guestOsFamily: windows2019srvNext_64Guest, count: {}}}", vms));
  o.behaviour.latency = std::chrono::milliseconds(5);
  o.task_reads = 2;
  return o;
}

std::uint64_t requests_seen(stage& s) {
  return static_cast<std::uint64_t>(
      number(json::parse(s.api.control("GET", "/control")), "/requests"));
}

std::map<std::int64_t, int> posts_of_vms(stage& s) {
  std::map<std::int64_t, int> all;
  for (const auto& post : s.posts()) {
    const auto vm = post.path.find("/vm/") + 4;
    ++all[std::stoll(post.path.substr(vm))];
  }
  return all;
}

std::map<std::int64_t, int> each_once() {
  std::map<std::int64_t, int> all;
  for (std::size_t i = 0; i < vms; ++i)
    all[100 + static_cast<std::int64_t>(i)] = 1;
  return all;
}

std::string policy(int a_poll) {
  return policy_that("enforce", fmt::format("confirm_polls: 1, grace: 0s, max_set_share: 100%, "
                                            "max_sets_per_poll: {}, retry_after: 1s",
                                            a_poll));
}

void configure(const stage& s) {
  configuration c = impatient();
  c.interval = "1s"; // which the numbers a poll are counted over
  s.configure(c);
}

// Starts it and kills it when it has made so many requests; with none, at once or at its first
// word. When a poll has ended, the next is asked for.
void kill_after(stage& s, std::uint64_t requests, int number) {
  const std::uint64_t until = requests_seen(s) + requests;
  process& daemon = s.start_daemon();
  if (requests == 0 && number % 2 == 0) daemon.wait_for_line("ovh-licensed ");
  std::size_t polls = 0;
  daemon.wait_until(
      fmt::format("{} requests (kill {}, seed {})", requests, number, seed),
      [&] {
        drain(s.api.request_event());
        if (requests_seen(s) >= until) return true;
        if (const auto now = count(daemon.err(), " poll "); now > polls) {
          polls = now;
          daemon.signal(SIGUSR1);
        }
        return false;
      },
      s.api.request_event());
  daemon.kill();
}

// The ledger is whole; and so many corrections are not finished in it.
std::size_t unfinished(const stage& s) {
  const auto file = s.path("ledger.db");
  if (!std::filesystem::exists(file)) return 0;
  const auto seen = ledger::verify(file);
  REQUIRE_MESSAGE(seen.has_value(), ovhl::words(seen.error()));
  CHECK(seen->flaw.value_or("none") == "none");
  ledger::history past;
  const auto take = [&](const ledger::record& r) { CHECK(past.take(r).has_value()); };
  CHECK(ledger::read(file, take).has_value());
  return past.unfinished().size();
}

// As many corrections begin with a poll as given; it is killed within so many requests.
struct play {
  int kills, a_poll;
  std::uint64_t requests;
};

void is_made_once(const play& p) {
  stage s(slow_and_undeclared());
  s.write("policy.yaml", policy(p.a_poll));
  configure(s);
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<std::uint64_t> requests(0, p.requests);
  int during = 0;
  for (int kill = 0; kill < p.kills; ++kill) {
    CAPTURE(kill);
    kill_after(s, requests(random), kill);
    during += unfinished(s) > 0 ? 1 : 0;
  }
  MESSAGE(p.kills, " kills (seed ", seed, "), ", during, " of them left corrections unfinished; ",
          s.tasks().size(), " had been sent");
  CHECK(during > p.kills / 4);

  s.write("policy.yaml", policy(1000));
  process& last = s.start_daemon();
  s.wait_for_status(last, "all right, beside a ledger in which all is finished",
                    [&](const json::value& v) {
                      return number(v, "/summary/compliant") == static_cast<std::int64_t>(vms) &&
                             unfinished(s) == 0;
                    });
  last.signal(SIGTERM);
  CHECK(last.wait_for_end().status == 0);
  CHECK(s.run({"verify"}).status == 0);
  CHECK(posts_of_vms(s) == each_once());
  CHECK(s.tasks().size() == vms); // and each took effect
  CHECK(s.api.violations() == std::vector<std::string>{});
}

} // namespace

TEST_CASE("killed at random moments during a hundred corrections, ten at once, each is made once") {
  is_made_once({50 / fewer, 10, 100});
}

TEST_CASE("killed at random moments during a hundred corrections one by one, each is made once") {
  is_made_once({150 / fewer, 1, 40});
}
