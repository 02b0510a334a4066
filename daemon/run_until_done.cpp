#include "run_until_done.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <utility>

namespace ovhl {

void run_until_done(boost::asio::io_context& loop, boost::asio::awaitable<void> all) {
  loop.restart();
  boost::asio::co_spawn(loop, std::move(all), [&loop](std::exception_ptr bug) {
    loop.stop();
    if (bug) std::rethrow_exception(bug);
  });
  loop.run();
}

} // namespace ovhl
