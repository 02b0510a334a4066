#include "agent/looks.hpp"

namespace ovhl::agent {

boost::asio::awaitable<result<looks::shared_list::seen>>
looks::licensed(ovh::client& api, licensing::place where, loop::steady_point not_before,
                loop::steady_point deadline) {
  std::shared_ptr<shared_list>& here = lists_[where];
  if (!here) here = std::make_shared<shared_list>();
  const std::shared_ptr<shared_list> kept = here;
  co_return co_await kept->get(*clock_, not_before, deadline,
                               [&] { return ovh::list_licensed(api, where, deadline); });
}

} // namespace ovhl::agent
