// The tasks under way on a service that are not ours, so that no correction is made on a VM that
// somebody else is at work on. One look serves every correction of a while.
#pragma once

#include "loop/clock.hpp"
#include "loop/shared_look.hpp"
#include "ovh/calls.hpp"

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

  // Ours, also when it is over: a look that is shared may be older than its end.
  void ours(const licensing::place& where, std::int64_t task);
  // Requests of ours whose task is not known (yet): one that is seen may be theirs.
  void unknown(const licensing::place& where, int more) { of(where).unknown += more; }
  // What was seen there has been proved wrong.
  void look_again(const licensing::place& where) { of(where).under_way.look_again(); }

  struct answer {
    std::optional<ovh::task_facts> task; // one that may be at work on the VM
    bool certain = false;                // that it is not ours
    loop::steady_point seen_at{};        // no part of the look is older
  };
  // By a look that began at `not_before` or later.
  boost::asio::awaitable<result<answer>> on_vm(ovh::client&, licensing::place, std::int64_t vm,
                                               std::string name, loop::steady_point not_before,
                                               loop::steady_point deadline);

 private:
  struct tasks {
    std::map<std::int64_t, ovh::task_facts> by_id;
    bool certain = false; // none of them can be ours without our knowing
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
