#include "loop/in_turn.hpp"

#include "loop/wait_queue.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <exception>

namespace ovhl::loop {

namespace asio = boost::asio;

struct in_turn::job {
  work to_do;
  std::exception_ptr bug;
  bool done = false, awaited = false;
  wait_queue end;
};

struct in_turn::queue {
  std::deque<std::shared_ptr<job>> jobs; // the first is being done
};

in_turn::in_turn(asio::any_io_executor executor)
    : executor_(std::move(executor)), queue_(std::make_shared<queue>()) {}

void in_turn::add(std::shared_ptr<job> next) {
  queue_->jobs.push_back(std::move(next));
  if (queue_->jobs.size() > 1) return;
  asio::co_spawn(executor_, serve(queue_), [](std::exception_ptr bug) {
    if (bug) std::rethrow_exception(bug);
  });
}

asio::awaitable<void> in_turn::serve(std::shared_ptr<queue> all) {
  while (!all->jobs.empty()) {
    const std::shared_ptr<job> next = all->jobs.front();
    try {
      co_await next->to_do();
    } catch (...) {
      next->bug = std::current_exception();
    }
    next->to_do = nullptr;
    next->done = true;
    all->jobs.pop_front();
    if (next->bug && !next->awaited) std::rethrow_exception(next->bug);
    next->end.wake_all();
  }
}

asio::awaitable<void> in_turn::run(work to_do) {
  constexpr std::chrono::hours for_ever(24 * 365);
  [[maybe_unused]] const bool done = co_await run_within(std::move(to_do), for_ever);
}

asio::awaitable<bool> in_turn::run_within(work to_do, std::chrono::nanoseconds limit,
                                          moment since) {
  struct attention { // also if the wait is cancelled
    std::shared_ptr<job> to;
    ~attention() { to->awaited = false; }
  };
  const auto mine = std::make_shared<job>();
  mine->to_do = std::move(to_do);
  mine->awaited = true;
  const attention paid{mine};
  add(mine);
  const auto begun = std::chrono::steady_clock::now();
  while (!mine->done) {
    const auto from = since ? std::max(begun, since()) : begun;
    const auto left = from + limit - std::chrono::steady_clock::now();
    if (left <= left.zero()) co_return false;
    co_await mine->end.wait(left);
  }
  if (mine->bug) std::rethrow_exception(mine->bug);
  co_return true;
}

void in_turn::post(work to_do) {
  auto next = std::make_shared<job>();
  next->to_do = std::move(to_do);
  add(std::move(next));
}

} // namespace ovhl::loop
