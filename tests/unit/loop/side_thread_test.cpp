// Work on a side thread, and work in turn: a caller may stop waiting for it.
#include "loop/in_turn.hpp"
#include "loop/side_thread.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include <functional>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace ovhl;
namespace asio = boost::asio;
using asio::awaitable;

namespace {

void rethrow(std::exception_ptr bug) {
  if (bug) std::rethrow_exception(bug);
}

} // namespace

TEST_CASE("work passed to a side thread is done there, in order, and awaited on the loop") {
  asio::io_context loop{1};
  loop::side_thread side(loop.get_executor());
  std::vector<std::string> done;
  const auto here = std::this_thread::get_id();
  bool elsewhere = true, back = true;
  const auto hand = [&](std::string name) -> awaitable<void> {
    auto work = [&done, name] {
      done.push_back(name);
      return std::this_thread::get_id();
    };
    const auto where = co_await side.run(std::move(work));
    elsewhere = elsewhere && where != here;
    back = back && std::this_thread::get_id() == here;
  };
  for (const char* name : {"a", "b", "c"})
    asio::co_spawn(loop, hand(name), rethrow);
  loop.run();
  CHECK(done == std::vector<std::string>{"a", "b", "c"});
  CHECK(elsewhere);
  CHECK(back);
}

TEST_CASE("while a side thread blocks the loop goes on") {
  asio::io_context loop{1};
  loop::side_thread side(loop.get_executor());
  std::promise<void> released;
  int turns = 0;
  const auto blocked = [&]() -> awaitable<void> {
    auto work = [gate = released.get_future().share()] {
      gate.wait();
      return true;
    };
    co_await side.run(std::move(work));
    CHECK(turns == 100);
  };
  const auto others = [&]() -> awaitable<void> {
    for (; turns < 100; ++turns)
      co_await asio::post(loop, asio::use_awaitable);
    released.set_value();
  };
  asio::co_spawn(loop, blocked(), rethrow);
  asio::co_spawn(loop, others(), rethrow);
  loop.run();
  CHECK(turns == 100);
}

TEST_CASE(
    "a coroutine cancelled while a side thread works continues at once, and the work is done") {
  asio::io_context loop{1};
  std::promise<void> released;
  bool done = false, aborted = false;
  {
    loop::side_thread side(loop.get_executor());
    asio::cancellation_signal stop;
    const auto waiting = [&]() -> awaitable<void> {
      auto work = [&done, gate = released.get_future().share()] {
        gate.wait();
        return done = true;
      };
      co_await side.run(std::move(work));
    };
    asio::co_spawn(loop, waiting(),
                   asio::bind_cancellation_slot(
                       stop.slot(), [&](std::exception_ptr end) { aborted = end != nullptr; }));
    loop.poll();
    stop.emit(asio::cancellation_type::terminal);
    loop.poll();
    CHECK(aborted);
    released.set_value();
  } // waits for its end
  CHECK(done);
}

TEST_CASE("an exception of side work reaches the coroutine that waits for it") {
  asio::io_context loop{1};
  loop::side_thread side(loop.get_executor());
  std::string said;
  const auto failing = [&]() -> awaitable<void> {
    try {
      co_await side.run([]() -> bool { throw std::runtime_error("a bug"); });
    } catch (const std::runtime_error& e) {
      said = e.what();
    }
  };
  asio::co_spawn(loop, failing(), rethrow);
  loop.run();
  CHECK(said == "a bug");
}

TEST_CASE("work in turn is done one after another, also if nobody waits any more") {
  asio::io_context loop{1};
  loop::in_turn line(loop.get_executor());
  std::vector<std::string> happened;
  asio::cancellation_signal stop;
  const auto ask = [&](std::string name) -> awaitable<void> {
    std::function<awaitable<int>()> work = [&happened, &loop, name]() -> awaitable<int> {
      happened.push_back(name + " begins");
      co_await asio::post(loop, asio::use_awaitable);
      happened.push_back(name + " ends");
      co_return static_cast<int>(name.size());
    };
    const int length = co_await line.run<int>(std::move(work));
    happened.push_back(name + " is told " + std::to_string(length));
  };
  asio::co_spawn(loop, ask("a"),
                 asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr) {}));
  asio::co_spawn(loop, ask("bb"), rethrow);
  asio::post(loop, [&] { stop.emit(asio::cancellation_type::terminal); });
  loop.run();
  CHECK(happened ==
        std::vector<std::string>{"a begins", "a ends", "bb begins", "bb ends", "bb is told 2"});
}

TEST_CASE(
    "who waits for work in turn gives up after a limit, which may count from a later moment") {
  asio::io_context loop{1};
  loop::in_turn line(loop.get_executor());
  std::vector<bool> done;
  const auto ask = [&](std::chrono::steady_clock::duration later) -> awaitable<void> {
    loop::in_turn::work work = [&loop]() -> awaitable<void> {
      co_await asio::post(loop, asio::use_awaitable);
    };
    loop::in_turn::moment since = [later] { return std::chrono::steady_clock::now() + later; };
    done.push_back(co_await line.run_within(std::move(work), {}, std::move(since)));
  };
  for (const std::chrono::hours later : {std::chrono::hours(-1), std::chrono::hours(1)}) {
    asio::co_spawn(loop, ask(later), rethrow);
    loop.restart();
    loop.run();
  }
  CHECK(done == std::vector<bool>{false, true});
}

TEST_CASE("an exception of work in turn reaches the one who waits, and the next work is done") {
  asio::io_context loop{1};
  loop::in_turn line(loop.get_executor());
  std::string said;
  int done = 0;
  const auto failing = [&]() -> awaitable<void> {
    try {
      co_await line.run([]() -> awaitable<void> {
        throw std::runtime_error("a bug");
        co_return;
      });
    } catch (const std::runtime_error& e) {
      said = e.what();
    }
  };
  asio::co_spawn(loop, failing(), rethrow);
  asio::post(loop, [&] {
    line.post([&]() -> awaitable<void> {
      ++done;
      co_return;
    });
  });
  loop.run();
  CHECK(said == "a bug");
  CHECK(done == 1);
  line.post([]() -> awaitable<void> {
    throw std::runtime_error("nobody waits");
    co_return;
  });
  loop.restart();
  CHECK_THROWS_WITH(loop.run(), "nobody waits");
}
