// Several coroutines at once, to the end of the last.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <vector>

namespace ovhl::loop {

// Runs them all; a cancellation reaches each of them. What one throws is thrown on when all have
// ended.
boost::asio::awaitable<void> all(std::vector<boost::asio::awaitable<void>> tasks);

} // namespace ovhl::loop
