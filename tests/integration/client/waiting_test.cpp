// What a client knows of what it waits for.
#include "against.hpp"

#include <algorithm>

using namespace ovhl;
using namespace ovhl::test;
using namespace std::chrono_literals;

namespace {

// Everything that was waited for until the question was answered.
std::vector<ovh::waiting> waits(against& t, ovh::client& c) {
  std::vector<ovh::waiting> seen;
  bool over = false;
  const auto watch = [&]() -> boost::asio::awaitable<void> {
    while (!over) {
      const auto one = c.waits_for();
      const bool known = one && !seen.empty() && seen.back().attempt == one->attempt &&
                         seen.back().for_turn == one->for_turn;
      if (one && !known) seen.push_back(*one);
      co_await t.clock.wait_until(t.clock.now()); // lets the others run
    }
  };
  const auto ask = [&]() -> boost::asio::awaitable<bool> {
    const auto got = co_await ovh::get_service(c, "pcc-1", t.deadline());
    over = true;
    co_return got.has_value();
  };
  boost::asio::co_spawn(t.context, watch(), boost::asio::detached);
  CHECK(t.run(ask()));
  return seen;
}

} // namespace

TEST_CASE("a client says whom it waits for, since when, and which try it is") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  CHECK_FALSE(c.waits_for());
  t.clock.advance(1h);
  const auto start = t.clock.now();
  sim::fault busy;
  busy.path = "/dedicatedCloud/pcc-1";
  busy.status = 503;
  busy.times = 2;
  t.api.arm(busy);
  const auto seen = waits(t, c);
  REQUIRE(!seen.empty());
  int tries = 1;
  for (const ovh::waiting& one : seen) {
    CHECK(one.host == "localhost");
    CHECK(one.since == start); // also of the later tries
    CHECK_FALSE(one.for_turn);
    CHECK(one.attempt >= tries);
    tries = one.attempt;
  }
  CHECK(tries == 3);
  CHECK_FALSE(c.waits_for());
}

TEST_CASE("a client that waits for its budget says so") {
  against t;
  auto o = t.options("token");
  o.requests_per_minute = 1;
  ovh::client c(t.context.get_executor(), t.clock, o);
  const auto first = waits(t, c);
  CHECK(std::none_of(first.begin(), first.end(), [](const auto& w) { return w.for_turn; }));
  const auto second = waits(t, c);
  CHECK(std::any_of(second.begin(), second.end(), [](const auto& w) { return w.for_turn; }));
}
