// What a person sees while a command waits; the clock is moved by hand.
#include "agent/wait_teller.hpp"
#include "support/listening_pipe.hpp"

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace ovhl;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

ovh::waiting since(loop::steady_point at, int attempt = 1) {
  return {"eu.api.ovh.com", at, attempt};
}

} // namespace

TEST_CASE("what is waited for is told after two seconds, with the time and the try") {
  const loop::steady_point start{};
  CHECK_FALSE(agent::waiting_words(std::nullopt, start + 1h));
  CHECK_FALSE(agent::waiting_words(since(start), start + 1999ms));
  CHECK(agent::waiting_words(since(start), start + 2s) == "waiting for eu.api.ovh.com, 2 s");
  CHECK(agent::waiting_words(since(start, 2), start + 12900ms) ==
        "waiting for eu.api.ovh.com, 12 s, try 2");
  CHECK(agent::waiting_words(since(start, 5), start + 150s) ==
        "waiting for eu.api.ovh.com, 2 min 30 s, try 5");
  ovh::waiting turn = since(start);
  turn.for_turn = true;
  CHECK(agent::waiting_words(turn, start + 9s) ==
        "waiting for the next request allowed by eu.api.ovh.com, 9 s");
  turn = {"bad\x1b[2J", start, 1};
  CHECK(agent::waiting_words(turn, start + 9s) == "waiting for bad\\x1b[2J, 9 s");
}

TEST_CASE("the line moves with the time, whether or not anything happens") {
  asio::io_context loop(1);
  loop::instant_clock clock{instant{}};
  const test::listening_pipe screen;
  const auto asked = clock.now();
  std::optional<ovh::waiting> on = since(asked);
  agent::wait_teller line(
      loop.get_executor(), clock, {true, false, 80}, "looking at VMs", [&] { return on; },
      screen.fd());
  const auto run_until = [&](std::chrono::milliseconds at) {
    while (clock.now() < asked + at)
      loop.run_one();
    return screen.heard();
  };
  CHECK(run_until(1700ms) == "");
  CHECK(run_until(2s) == "\rwaiting for eu.api.ovh.com, 2 s");
  const std::string moved = run_until(5s);
  CHECK(moved.find("\rwaiting for eu.api.ovh.com, 3 s") != std::string::npos);
  CHECK(moved.find("\rwaiting for eu.api.ovh.com, 4 s") != std::string::npos);
  on.reset(); // it was answered
  line.far(3, 12);
  CHECK(run_until(6s).find("\rlooking at VMs: 3 of 12, 25 %") != std::string::npos);
}

TEST_CASE("where no person is looking nothing is told, and nothing is left to run") {
  asio::io_context loop(1);
  loop::instant_clock clock{instant{}};
  const test::listening_pipe screen;
  agent::wait_teller line(
      loop.get_executor(), clock, {}, "looking at VMs", [&] { return std::optional(since({})); },
      screen.fd());
  CHECK(loop.run() == 0);
  clock.advance(1min);
  line.far(1, 2);
  CHECK(screen.heard() == "");
}

TEST_CASE("a line that has gone is not drawn again") {
  asio::io_context loop(1);
  loop::instant_clock clock{instant{}};
  const test::listening_pipe screen;
  {
    const agent::wait_teller line(
        loop.get_executor(), clock, {true, false, 80}, "looking",
        [&] { return std::optional(since({})); }, screen.fd());
    loop.run_one();
  }
  loop.run();
  CHECK(screen.heard() == "");
}
