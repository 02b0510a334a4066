// When to ask and when to stop: the budget, deadlines, and being told to.
#include "against.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>
#include <memory>

using namespace ovhl;
using namespace ovhl::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

std::string ask(against& t, ovh::client& c) {
  const auto got = t.run(ovh::list_services(c, t.deadline()));
  return got.has_value() ? "fine" : words(got.error());
}

} // namespace

TEST_CASE("our budget is kept, whatever the number of connections") {
  against t;
  auto o = t.options("token");
  o.requests_per_minute = 2;
  ovh::client c(t.context.get_executor(), t.clock, o);
  const auto start = t.clock.now();
  for (int i = 0; i < 4; ++i)
    CHECK(ask(t, c) == "fine");
  CHECK(t.clock.now() - start == 60s);
  CHECK(c.counted().throttled == 2);
  const auto got = t.run(ovh::list_services(c, t.in(10s)));
  REQUIRE_FALSE(got.has_value());
  CHECK(words(got.error()) ==
        "account main: GET /dedicatedCloud: the budget of 2 requests per minute leaves none before "
        "the deadline; raise api.requests_per_minute or poll.timeout");
  CHECK(t.api.requests().size() == 4);
}

TEST_CASE("a 429 holds all requests of the account back for as long as the API says") {
  against t({.generate = {.vms = 40, .services = 2, .datacenters = 4}});
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  sim::fault f;
  f.kind = "throttle";
  f.retry_after = "30";
  f.skip = 3;
  t.api.arm(f);
  const auto start = t.clock.now();
  CHECK(problems(t.survey(c)) == lines{});
  CHECK(t.clock.now() - start == 30s);
  CHECK(c.counted().throttled == 1);
}

TEST_CASE("a 429 without end is tried until the deadline, with growing waits") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  sim::fault f;
  f.kind = "throttle";
  f.times = 0;
  t.api.arm(f);
  const auto start = t.clock.now();
  const std::string said = ask(t, c);
  const auto tries = t.api.requests().size();
  CHECK(said ==
        fmt::format("account main: GET /dedicatedCloud: Too many requests, please try again later, "
                    "tried {} times (HTTP 429, query {}); lower api.requests_per_minute",
                    tries, t.api.requests().back().query_id));
  CHECK(tries >= 6);
  CHECK(tries <= 12);
  CHECK(t.clock.now() - start < 4min);
  CHECK(c.counted().throttled == tries);
}

TEST_CASE("a wait that would pass the deadline is not started") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  sim::fault f;
  f.kind = "throttle";
  f.retry_after = "3600";
  t.api.arm(f);
  const auto start = t.clock.now();
  std::string said = ask(t, c);
  CHECK(said ==
        fmt::format("account main: GET /dedicatedCloud: Too many requests, please try again "
                    "later (HTTP 429, query {}); lower api.requests_per_minute",
                    t.api.requests().back().query_id));
  CHECK(ask(t, c) == "account main: GET /dedicatedCloud: the API asked to wait beyond the "
                     "deadline; lower api.requests_per_minute");
  CHECK(t.clock.now() == start);
  CHECK(t.api.requests().size() == 1);
}

TEST_CASE("a deadline that has come already is said to have") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  const auto got = t.run(ovh::list_services(c, t.clock.now()));
  REQUIRE_FALSE(got.has_value());
  CHECK(words(got.error()) ==
        "account main: GET /dedicatedCloud: the deadline passed before the request could be sent");
  CHECK(got.error().kind == failure::timeout);
}

TEST_CASE("being told to stop ends everything at once, and is never called a timeout") {
  against t({.generate = {.vms = 100, .datacenters = 1}});
  // While the API hangs, in every phase of a survey.
  for (const char* path :
       {"/auth/time", "/dedicatedCloud", "*/datacenter", "*/vmLicensed", "*/vm", "*/vm/*"}) {
    for (const char* kind : {"hang", "slow"}) {
      CAPTURE(path);
      t.api.disarm();
      t.api.forget_requests();
      sim::fault f;
      f.path = path;
      f.kind = kind;
      f.bytes = 1;
      f.delay = 1min;
      f.times = 0;
      t.api.arm(f);
      ovh::client c(t.context.get_executor(), t.clock, t.options());
      ovh::survey_options how;
      how.listing = ovh::listing::each;
      how.deadline = t.deadline();
      std::vector<ovh::survey_target> targets{{&c, {}}};
      asio::cancellation_signal stop;
      std::optional<licensing::inventory> seen;
      t.context.restart();
      asio::co_spawn(t.context, ovh::survey(std::move(targets), how),
                     asio::bind_cancellation_slot(
                         stop.slot(), [&](const std::exception_ptr& e, licensing::inventory i) {
                           if (!e) seen = std::move(i);
                         }));
      // Until the API has been asked what it will not answer.
      while (!seen) {
        t.context.run_for(5ms);
        const auto all = t.api.requests();
        if (std::any_of(all.begin(), all.end(), [&](const auto& r) { return r.fault == kind; }))
          break;
      }
      stop.emit(asio::cancellation_type::terminal);
      t.context.run(); // comes to its end: nothing is left waiting
      REQUIRE(seen.has_value());
      REQUIRE_FALSE(problems(*seen).empty());
      for (const auto& b : seen->blind_spots)
        CHECK(b.problem.kind == failure::canceled);
      for (const auto& d : seen->datacenters) {
        REQUIRE(d.problem);
        CHECK(d.problem->kind == failure::canceled);
        CHECK_FALSE(d.complete);
      }
      // And the client still serves.
      t.api.disarm();
      CHECK(ask(t, c) == "fine");
    }
  }
}

TEST_CASE("a stop while waiting for our budget is a stop") {
  against t;
  auto o = t.options("token");
  o.requests_per_minute = 1;
  loop::real_clock clock;
  ovh::client c(t.context.get_executor(), clock, o);
  CHECK(t.run(ovh::list_services(c, clock.now() + 2min)).has_value());
  asio::cancellation_signal stop;
  std::string said;
  t.context.restart();
  asio::co_spawn(
      t.context, ovh::list_services(c, clock.now() + 2min),
      asio::bind_cancellation_slot(stop.slot(), [&](const std::exception_ptr&, auto got) {
        said = got.has_error() ? words(got.error()) : "fine";
      }));
  t.context.poll();
  stop.emit(asio::cancellation_type::terminal);
  t.context.run();
  CHECK(said == "account main: GET /dedicatedCloud: canceled");
}

TEST_CASE("a loop that is left in the middle leaves nothing behind") {
  against t;
  sim::fault f;
  f.kind = "hang";
  f.times = 0;
  t.api.arm(f);
  auto context = std::make_unique<asio::io_context>();
  auto c = std::make_unique<ovh::client>(context->get_executor(), t.clock, t.options());
  asio::co_spawn(*context, ovh::list_services(*c, t.deadline()), asio::detached);
  asio::co_spawn(*context, ovh::list_services(*c, t.deadline()), asio::detached);
  context->run_for(20ms);
  c.reset(); // before the frames that use it
  context.reset();
}
