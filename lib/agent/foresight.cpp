#include "agent/foresight.hpp"

#include "agent/admitting.hpp"
#include "agent/record_keeper.hpp"

#include <boost/asio/this_coro.hpp>

#include <utility>

namespace ovhl::agent {

boost::asio::awaitable<licensing::correction_states>
foresee(const accounts& lines, loop::clock& clock, const proposal& what) {
  if (!what.by.settings.corrections) co_return licensing::correction_states(what.due.size());
  const auto executor = co_await boost::asio::this_coro::executor;
  record_keeper unread({executor, clock, nullptr, {}}); // never opened
  admitting weighing({clock, lines, unread, true});
  auto admitted = co_await weighing.weigh(what, {});
  co_return std::move(admitted->each); // only a reload leaves it empty
}

} // namespace ovhl::agent
