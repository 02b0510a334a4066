// Runs several coroutines at once and waits for all of them.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <vector>

namespace ovhl::loop {

// A cancellation reaches each of them. If one throws, the exception is rethrown after all have
// ended.
boost::asio::awaitable<void> all(std::vector<boost::asio::awaitable<void>> tasks);

} // namespace ovhl::loop
