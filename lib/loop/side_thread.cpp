#include "loop/side_thread.hpp"

#include "loop/wait_queue.hpp"

#include <boost/asio/post.hpp>

#include <chrono>
#include <csignal>
#include <exception>

namespace ovhl::loop {

namespace asio = boost::asio;

namespace {

struct job {
  std::function<void()> work;
  std::exception_ptr bug;
  bool done = false;
  wait_queue end;
};

} // namespace

side_thread::side_thread(asio::any_io_executor loop) : loop_(std::move(loop)) {
  asio::post(thread_, [] { // signals are for the loop
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  });
}

side_thread::~side_thread() { thread_.join(); }

asio::awaitable<void> side_thread::carry_out(std::function<void()> work) {
  const auto mine = std::make_shared<job>();
  mine->work = std::move(work);
  asio::post(thread_, [mine = mine, loop = loop_]() mutable {
    try {
      mine->work();
    } catch (...) {
      mine->bug = std::current_exception();
    }
    mine->work = nullptr;
    asio::post(loop, [mine = std::move(mine)] {
      mine->done = true;
      mine->end.wake_all();
    });
  });
  while (!mine->done)
    co_await mine->end.wait(std::chrono::hours(24));
  if (mine->bug) std::rethrow_exception(mine->bug);
}

} // namespace ovhl::loop
