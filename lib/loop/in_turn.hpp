// Runs pieces of work one after another, in the order in which they were requested. A caller may
// stop waiting; the work is done all the same.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace ovhl::loop {

class in_turn {
 public:
  using work = std::function<boost::asio::awaitable<void>()>;

  explicit in_turn(boost::asio::any_io_executor);

  // Runs the work in its turn and returns its result. The work must own what it uses, because it is
  // done even if the calling coroutine is cancelled while it waits.
  template <class T>
  boost::asio::awaitable<T> run(std::function<boost::asio::awaitable<T>()> to_do) {
    const auto made = std::make_shared<std::optional<T>>();
    work fill = [made, to_do]() -> boost::asio::awaitable<void> {
      made->emplace(co_await to_do());
    };
    co_await run(std::move(fill));
    co_return std::move(**made);
  }
  boost::asio::awaitable<void> run(work);
  // Waits for `limit` of real time at most. False: it is not done yet. `since`, if given, is asked
  // again and again: the limit counts from that moment, if it is later than the call.
  using moment = std::function<std::chrono::steady_clock::time_point()>;
  boost::asio::awaitable<bool> run_within(work, std::chrono::nanoseconds limit, moment since = {});
  // The same without waiting. An exception from the work ends the loop.
  void post(work);

 private:
  struct job;
  struct queue;
  static boost::asio::awaitable<void> serve(std::shared_ptr<queue>);
  void add(std::shared_ptr<job>);

  boost::asio::any_io_executor executor_;
  std::shared_ptr<queue> queue_;
};

} // namespace ovhl::loop
