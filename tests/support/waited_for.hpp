// Runs a loop until a coroutine has ended; an exception of the coroutine comes out here.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace ovhl::test {

template <class T>
T waited_for(boost::asio::io_context& loop, boost::asio::awaitable<T> what) {
  std::optional<T> made;
  loop.restart();
  boost::asio::co_spawn(loop, std::move(what), [&](std::exception_ptr bug, T value) {
    if (bug) std::rethrow_exception(bug);
    made.emplace(std::move(value));
  });
  loop.run();
  return std::move(*made);
}
inline void waited_for(boost::asio::io_context& loop, boost::asio::awaitable<void> what) {
  loop.restart();
  boost::asio::co_spawn(loop, std::move(what), [](std::exception_ptr bug) {
    if (bug) std::rethrow_exception(bug);
  });
  loop.run();
}

} // namespace ovhl::test
