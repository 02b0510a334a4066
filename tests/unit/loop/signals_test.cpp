// What a loop hears of signals, and when it does not.
#include "loop/signals.hpp"

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <array>
#include <csignal>
#include <vector>

using namespace ovhl;

namespace {

constexpr std::array numbers{SIGUSR1, SIGUSR2};

struct listening {
  boost::asio::io_context loop{1};
  loop::signals signals{loop.get_executor(), numbers};
  std::vector<int> heard;
};

struct sigaction action_of(int number) {
  struct sigaction now{};
  ::sigaction(number, nullptr, &now);
  return now;
}

} // namespace

TEST_CASE("a signal that came before anybody listened is heard, and so is the next") {
  listening t;
  ::raise(SIGUSR1);
  t.signals.listen([&](int number) {
    t.heard.push_back(number);
    if (number == SIGUSR1)
      ::raise(SIGUSR2);
    else
      t.signals.end();
  });
  t.loop.run();
  CHECK(t.heard == std::vector<int>{SIGUSR1, SIGUSR2});
}

TEST_CASE(
    "a signal that arrived is not heard after the end, and the loop has nothing to wait for") {
  listening t;
  t.signals.listen([&](int number) { t.heard.push_back(number); });
  ::raise(SIGUSR1);
  t.signals.end();
  t.loop.run();
  CHECK(t.heard.empty());
}

TEST_CASE("signals interrupt no system call, and have their effect back afterwards") {
  {
    const listening t;
    for (const int number : numbers) {
      CHECK((action_of(number).sa_handler != SIG_DFL));
      CHECK((action_of(number).sa_flags & SA_RESTART) != 0);
    }
  }
  for (const int number : numbers)
    CHECK((action_of(number).sa_handler == SIG_DFL));
}
