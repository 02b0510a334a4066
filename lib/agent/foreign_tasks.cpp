#include "agent/foreign_tasks.hpp"

#include <utility>

namespace ovhl::agent {

using boost::asio::awaitable;

awaitable<std::optional<error>> foreign_tasks::look(ovh::client& api, std::string name, service& of,
                                                    loop::steady_point deadline) {
  std::map<std::int64_t, ovh::task_facts> found;
  for (const std::string_view state : ovh::states_under_way()) {
    const auto ids = co_await ovh::list_tasks(api, name, state, deadline);
    if (!ids) co_return ids.error();
    for (const std::int64_t id : *ids) {
      if (of.ours.contains(id) || found.contains(id)) continue;
      if (const auto known = of.under_way.find(id); known != of.under_way.end()) {
        found.insert(*known);
        continue;
      }
      auto task = co_await ovh::get_task(api, name, id, deadline);
      if (!task && task.error().http_status == 404) continue; // over meanwhile, or not there yet
      if (!task) co_return task.error();
      if (!task->over()) found.emplace(id, std::move(*task));
    }
  }
  of.under_way = std::move(found);
  co_return std::nullopt;
}

awaitable<result<std::optional<std::int64_t>>>
foreign_tasks::on_vm(ovh::client& api, licensing::place where, std::int64_t vm, std::string name,
                     loop::steady_point not_before, loop::steady_point deadline) {
  service& of = services_[{where.account, where.service}];
  while (!of.looked_at || *of.looked_at < not_before) {
    if (of.looking) {
      co_await of.line.wait(deadline - clock_->now());
      if (clock_->now() < deadline) continue;
      error late;
      late.kind = failure::timeout;
      late.where = "account " + where.account + ": tasks of " + where.service;
      late.message = "they could not be listed in time";
      co_return late;
    }
    struct landing {
      service& of;
      ~landing() {
        of.looking = false;
        of.line.wake_all();
      }
    };
    of.looking = true;
    const landing at_the_end{of};
    const loop::steady_point began = clock_->now();
    of.failed = co_await look(api, where.service, of, deadline);
    of.looked_at = began;
  }
  if (of.failed) co_return *of.failed;
  for (const auto& [id, task] : of.under_way)
    if (!of.ours.contains(id) && task.concerns(vm, name)) co_return id;
  co_return std::nullopt;
}

} // namespace ovhl::agent
