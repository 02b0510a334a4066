// A separate thread for work that blocks, such as writing to a disk. It does one piece of work
// after another, in the order in which they were passed to run().
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace ovhl::loop {

class side_thread {
 public:
  // Coroutines continue on this loop. Throws std::system_error if there are too many threads.
  explicit side_thread(boost::asio::any_io_executor loop);
  // Waits until all work is done.
  ~side_thread();
  side_thread(const side_thread&) = delete;
  side_thread& operator=(const side_thread&) = delete;

  // Returns the work's result. The work must own what it uses, because it is done even if the
  // calling coroutine is cancelled while it waits. (g++ 12 destroys a lambda twice that is written
  // inside the call: give it a name and move it.)
  template <class F>
  boost::asio::awaitable<std::invoke_result_t<F&>> run(F work) {
    using value = std::invoke_result_t<F&>;
    const auto made = std::make_shared<std::optional<value>>();
    const auto kept = std::make_shared<F>(std::move(work));
    std::function<void()> fill = [made, kept] { made->emplace((*kept)()); };
    co_await carry_out(std::move(fill));
    co_return std::move(**made);
  }

 private:
  boost::asio::awaitable<void> carry_out(std::function<void()>);

  boost::asio::any_io_executor loop_;
  boost::asio::thread_pool thread_{1};
};

} // namespace ovhl::loop
