#include "loop/interruptible.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include <exception>
#include <optional>
#include <stdexcept>

using namespace ovhl;
namespace asio = boost::asio;
using asio::awaitable;

namespace {

struct fixture {
  asio::io_context loop{1};
  loop::interruptible step;
  std::optional<bool> done;
  std::exception_ptr bug;

  void begin(awaitable<void> work) {
    asio::co_spawn(loop, step.run(std::move(work)), [this](std::exception_ptr b, bool d) {
      bug = b;
      if (!b) done = d;
    });
  }
  awaitable<void> turns(int count, int& passed) {
    for (; passed < count; ++passed)
      co_await asio::post(loop, asio::use_awaitable);
  }
};

awaitable<void> broken() {
  throw std::logic_error("a bug");
  co_return;
}

} // namespace

TEST_CASE("work that nobody interrupts is done") {
  fixture f;
  int passed = 0;
  f.begin(f.turns(5, passed));
  f.loop.run();
  CHECK(f.done == true);
  CHECK(passed == 5);
}

TEST_CASE("interrupted work ends at its next await, and the next work is not interrupted") {
  fixture f;
  int passed = 0;
  f.begin(f.turns(1'000'000, passed));
  while (passed < 3)
    f.loop.run_one();
  f.step.interrupt();
  f.loop.run();
  CHECK(f.done == false);
  CHECK(passed < 6);
  passed = 0;
  f.loop.restart();
  f.begin(f.turns(5, passed));
  f.loop.run();
  CHECK(f.done == true);
}

TEST_CASE("a bug in the work is thrown on") {
  fixture f;
  f.begin(broken());
  f.loop.run();
  CHECK(f.bug != nullptr);
}
