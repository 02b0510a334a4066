#include "agent/foreign_tasks.hpp"

#include "loop/all.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace ovhl::agent {

using boost::asio::awaitable;

namespace {

// Asks for all states at once: one after another, the first answer would be old before the last
// arrives.
awaitable<result<std::set<std::int64_t>>> ids_under_way(ovh::client& api, const std::string& name,
                                                        loop::steady_point deadline) {
  std::set<std::int64_t> all;
  std::optional<error> failed;
  const auto list = [&](std::string_view state) -> awaitable<void> {
    const auto ids = co_await ovh::list_tasks(api, name, state, deadline);
    if (ids)
      all.insert(ids->begin(), ids->end());
    else
      failed = ids.error();
  };
  std::vector<awaitable<void>> lists;
  for (const std::string_view state : licensing::task_state::names_under_way())
    lists.push_back(list(state));
  co_await loop::all(std::move(lists));
  if (failed) co_return *failed;
  co_return all;
}

} // namespace

void foreign_tasks::ours(const licensing::place& where, std::int64_t task) {
  constexpr std::size_t most = 10'000; // ids grow, so the first are long over
  std::set<std::int64_t>& all = of(where).ours;
  all.insert(task);
  if (all.size() > most) all.erase(all.begin());
}

awaitable<result<foreign_tasks::tasks>> foreign_tasks::look(ovh::client& api, std::string name,
                                                            const service& of,
                                                            loop::steady_point deadline) {
  const bool all_known_before = of.unknown == 0;
  const auto ids = co_await ids_under_way(api, name, deadline);
  if (!ids) co_return ids.error();
  const std::shared_ptr<const tasks> before = of.under_way.last();
  tasks found;
  for (const std::int64_t id : *ids) {
    if (of.ours.contains(id)) continue;
    if (before) {
      if (const auto known = before->by_id.find(id); known != before->by_id.end()) {
        found.by_id.insert(*known);
        continue;
      }
    }
    auto task = co_await ovh::get_task(api, name, id, deadline);
    if (!task && task.error().http_status == 404) continue; // it has ended, or is not there yet
    if (!task) co_return task.error();
    if (!task->state.is_over()) found.by_id.emplace(id, std::move(*task));
  }
  found.certain = all_known_before && of.unknown == 0;
  co_return found;
}

awaitable<result<foreign_tasks::answer>>
foreign_tasks::on_vm(ovh::client& api, licensing::place where, std::int64_t vm, std::string name,
                     loop::steady_point not_before, loop::steady_point deadline) {
  service& here = of(where);
  auto seen = co_await here.under_way.get(*clock_, not_before, deadline,
                                          [&] { return look(api, where.service, here, deadline); });
  if (!seen) {
    error e = seen.error();
    if (e.where.empty()) e.where = "account " + where.account + ": tasks of " + where.service;
    co_return e;
  }
  answer out{std::nullopt, seen->what->certain, seen->began};
  for (const auto& [id, task] : seen->what->by_id)
    if (!here.ours.contains(id) && task.concerns(vm, name)) out.task = task;
  co_return out;
}

} // namespace ovhl::agent
