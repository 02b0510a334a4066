#include "loop/all.hpp"
#include "loop/clock.hpp"
#include "loop/wait_queue.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

using namespace ovhl;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::awaitable;

namespace {

awaitable<void> wait_for_turn(loop::wait_queue& line, std::chrono::nanoseconds limit,
                              std::string name, std::vector<std::string>& log) {
  std::string how = " was stopped";
  try {
    const bool woken = co_await line.wait(limit);
    how = woken ? " was woken" : " waited in vain";
  } catch (const boost::system::system_error&) {
  }
  log.push_back(name + how);
}

using lines = std::vector<std::string>;

} // namespace

TEST_CASE("coroutines in the queue are woken in order, one by one or all at once") {
  asio::io_context context;
  loop::wait_queue line;
  lines log;
  for (const char* name : {"a", "b", "c"})
    asio::co_spawn(context, wait_for_turn(line, 1h, name, log), asio::detached);
  context.poll();
  CHECK(log.empty());
  line.wake_one();
  context.poll();
  CHECK(log == lines{"a was woken"});
  line.wake_all();
  context.poll();
  CHECK(log == lines{"a was woken", "b was woken", "c was woken"});
  line.wake_one(); // nobody is there
}

TEST_CASE("a coroutine that has waited long enough leaves, and the others keep their turn") {
  asio::io_context context;
  loop::wait_queue line;
  lines log;
  asio::co_spawn(context, wait_for_turn(line, 0ns, "a", log), asio::detached);
  asio::co_spawn(context, wait_for_turn(line, 1h, "b", log), asio::detached);
  while (log.empty())
    context.run_one();
  CHECK(log == lines{"a waited in vain"});
  line.wake_one();
  context.run();
  CHECK(log == lines{"a waited in vain", "b was woken"});
}

TEST_CASE("a coroutine that is woken and cancelled at once passes its turn on") {
  asio::io_context context;
  loop::wait_queue line;
  lines log;
  asio::cancellation_signal stop;
  asio::co_spawn(context, wait_for_turn(line, 1h, "a", log),
                 asio::bind_cancellation_slot(stop.slot(), asio::detached));
  asio::co_spawn(context, wait_for_turn(line, 1h, "b", log), asio::detached);
  context.poll();
  stop.emit(asio::cancellation_type::terminal); // co_spawn hands it on in the next turn of the loop
  line.wake_one();
  context.run();
  CHECK(log == lines{"a was stopped", "b was woken"});
}

TEST_CASE("several coroutines run at once, and a cancellation reaches each") {
  asio::io_context context;
  loop::wait_queue line;
  lines log;
  asio::cancellation_signal stop;
  const auto both = [&]() -> awaitable<void> {
    std::vector<awaitable<void>> tasks;
    tasks.push_back(wait_for_turn(line, 1h, "a", log));
    tasks.push_back(wait_for_turn(line, 1h, "b", log));
    co_await loop::all(std::move(tasks));
    log.emplace_back("all ended");
  };
  asio::co_spawn(context, both(), asio::bind_cancellation_slot(stop.slot(), asio::detached));
  context.poll();
  line.wake_one();
  context.poll();
  CHECK(log == lines{"a was woken"});
  stop.emit(asio::cancellation_type::terminal);
  context.run();
  CHECK(log == lines{"a was woken", "b was stopped", "all ended"});
}

TEST_CASE("an exception of one is rethrown when all have ended") {
  asio::io_context context;
  lines log;
  const auto fails = []() -> awaitable<void> {
    throw std::runtime_error("a bug");
    co_return;
  };
  const auto works = [&]() -> awaitable<void> {
    log.emplace_back("worked");
    co_return;
  };
  std::vector<awaitable<void>> tasks;
  tasks.push_back(fails());
  tasks.push_back(works());
  asio::co_spawn(context, loop::all(std::move(tasks)), [&](std::exception_ptr e) {
    try {
      if (e) std::rethrow_exception(e);
    } catch (const std::exception& thrown) {
      log.emplace_back(thrown.what());
    }
  });
  context.run();
  CHECK(log == lines{"worked", "a bug"});
}

TEST_CASE("no coroutines at all end at once") {
  asio::io_context context;
  bool ended = false;
  asio::co_spawn(context, loop::all({}), [&](const std::exception_ptr& e) { ended = !e; });
  context.run();
  CHECK(ended);
}

TEST_CASE("the instant clock passes hours in no time, in the order of their ends") {
  asio::io_context context;
  loop::instant_clock clock(*parse_timestamp("2026-11-20T00:00:00Z"));
  const auto start = clock.now();
  asio::co_spawn(context, clock.wait_for(2h), asio::detached);
  context.run();
  CHECK(clock.now() == start + 2h);
  CHECK(timestamp(clock.wall()) == "2026-11-20T02:00:00Z");
  clock.advance(30s);
  CHECK(timestamp(clock.wall()) == "2026-11-20T02:00:30Z");
}
