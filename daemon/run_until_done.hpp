// Runs the loop of a command that has one thing to do.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace ovhl {

// Returns when the coroutine has ended, or something else has stopped the loop. Throws what the
// coroutine threw. Idle connections do not keep it.
void run_until_done(boost::asio::io_context&, boost::asio::awaitable<void>);

} // namespace ovhl
