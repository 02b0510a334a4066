// The daemon killed at any moment while it corrects, and started again: every correction takes
// effect once, and the record is whole.
#include "ledger/history.hpp"
#include "ledger/store.hpp"
#include "stage.hpp"

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
constexpr int kills = 40;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr int kills = 40;
#else
constexpr int kills = 200;
#endif
#else
constexpr int kills = 200;
#endif
constexpr std::size_t vms = 100;
constexpr std::uint64_t seed = 20261120;

sim::options slow_and_undeclared() {
  sim::options o;
  o.fleet = fmt::format("{{services: [{{name: pcc-1, datacenters: [{{id: 12, vms: [{{vmId: 100, "
                        "name: web, guestOsFamily: windows2019srvNext_64Guest, count: {}}}]}}]}}]}}",
                        vms);
  o.latency = std::chrono::milliseconds(5);
  o.task_reads = 2;
  return o;
}

std::uint64_t requests_seen(stage& s) {
  return static_cast<std::uint64_t>(number(json::parse(s.api.control("GET", "/control")), "/requests"));
}

// How many tasks each VM got: one for each POST that took effect.
std::map<std::int64_t, int> tasks_of_vms(stage& s) {
  std::map<std::int64_t, int> all;
  const json::array tasks = s.tasks();
  for (const json::value& task : tasks)
    ++all[number(task, "/vmId")];
  return all;
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

void configure(const stage& s, const char* interval) {
  configuration c;
  c.api = "{requests_per_minute: 0, timeout: 1s}"; // a lost request is looked for twice as long
  c.interval = interval;
  s.configure(c);
}

// Starts it and kills it when it has made so many requests; with none, at once or at its first word.
void kill_after(stage& s, std::uint64_t requests, int number) {
  const std::uint64_t until = requests_seen(s) + requests;
  process& daemon = s.start_daemon();
  if (requests == 0 && number % 2 == 0) daemon.wait_for_line("ovh-licensed ");
  daemon.wait_until(
      fmt::format("{} requests (kill {}, seed {})", requests, number, seed),
      [&] {
        drain(s.api.request_event());
        return requests_seen(s) >= until;
      },
      s.api.request_event());
  daemon.kill();
}

// The ledger; and how many corrections are not finished in it.
std::size_t is_whole(const stage& s) {
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

} // namespace

TEST_CASE("killed at random moments during a hundred corrections, each is made once") {
  stage s(slow_and_undeclared());
  // A few begin with every start, so that there is something to interrupt to the end.
  const int a_poll = 2 * static_cast<int>(vms) / kills;
  s.write("policy.yaml", policy(a_poll));
  configure(s, "1h");
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<std::uint64_t> requests(0, 40);
  int during = 0;
  for (int kill = 0; kill < kills; ++kill) {
    CAPTURE(kill);
    kill_after(s, requests(random), kill);
    during += is_whole(s) > 0 ? 1 : 0;
  }
  MESSAGE(kills, " kills (seed ", seed, "), ", during, " of them during corrections");
  CHECK(during > kills / 2);

  s.write("policy.yaml", policy(1000));
  configure(s, "1s");
  process& last = s.start_daemon();
  s.wait_for_status(last, "all right", [](const json::value& v) {
    return number(v, "/summary/compliant") == static_cast<std::int64_t>(vms);
  });
  last.signal(SIGTERM);
  CHECK(last.wait_for_end().status == 0);
  CHECK(is_whole(s) == 0);
  CHECK(s.run({"verify"}).status == 0);
  CHECK(posts_of_vms(s) == each_once());
  CHECK(tasks_of_vms(s) == each_once());
  CHECK(s.api.violations() == std::vector<std::string>{});
}
