// Tasks under way on a service that others started, so that no correction is made on a VM somebody
// else is changing. One look serves all corrections for a while.
#pragma once

#include "licensing/inventory.hpp"
#include "loop/clock.hpp"
#include "loop/shared_look.hpp"
#include "ovh/api/tasks.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace ovhl::agent {

class foreign_tasks {
 public:
  explicit foreign_tasks(loop::clock& clock) : clock_(&clock) {}

  // A task of ours, even after it ended: a shared look may be older than its end.
  void ours(const licensing::place& where, std::int64_t task);
  // Our requests whose task is not known (yet): a task that is seen may belong to one of them.
  void unknown(const licensing::place& where, int more) { of(where).unknown += more; }
  // Forgets the tasks seen there: an answer has contradicted them.
  void look_again(const licensing::place& where) { of(where).under_way.look_again(); }

  struct answer {
    std::optional<ovh::task_facts> task; // one that may be at work on the VM
    bool certain = false;                // that it is not ours
    loop::steady_point seen_at{};        // no part of the look is older
  };
  // Uses a look that began at `not_before` or later.
  boost::asio::awaitable<result<answer>> on_vm(ovh::client&, licensing::place, std::int64_t vm,
                                               std::string name, loop::steady_point not_before,
                                               loop::steady_point deadline);

 private:
  struct tasks {
    std::map<std::int64_t, ovh::task_facts> by_id;
    bool certain = false; // we would know if one of them were ours
  };
  struct service {
    loop::shared_look<tasks> under_way;
    std::set<std::int64_t> ours;
    int unknown = 0;
  };
  service& of(const licensing::place& where) { return services_[{where.account, where.service}]; }
  boost::asio::awaitable<result<tasks>> look(ovh::client&, std::string name, const service&,
                                             loop::steady_point deadline);

  loop::clock* clock_;
  std::map<std::pair<std::string, std::string>, service> services_;
};

} // namespace ovhl::agent
