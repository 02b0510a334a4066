// The tasks under way on a service that are not ours, so that no correction is made on a VM that
// somebody else is at work on. One look serves every correction of a while.
#pragma once

#include "loop/clock.hpp"
#include "loop/waiting_line.hpp"
#include "ovh/calls.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ovhl::agent {

class foreign_tasks {
 public:
  explicit foreign_tasks(loop::clock& clock) : clock_(&clock) {}

  // Ours, from when we know of it until it is over.
  void ours(const licensing::place& where, std::int64_t task) {
    services_[{where.account, where.service}].ours.insert(task);
  }
  void forget(const licensing::place& where, std::int64_t task) {
    services_[{where.account, where.service}].ours.erase(task);
  }
  // What was seen there has been proved wrong.
  void look_again(const licensing::place& where) {
    services_[{where.account, where.service}].looked_at.reset();
  }

  // One that may be at work on the VM, by a look that began at `not_before` or later.
  boost::asio::awaitable<result<std::optional<std::int64_t>>>
  on_vm(ovh::client&, licensing::place, std::int64_t vm, std::string name,
        loop::steady_point not_before, loop::steady_point deadline);

 private:
  struct service {
    std::optional<loop::steady_point> looked_at;
    std::optional<error> failed; // that look
    bool looking = false;
    loop::waiting_line line;
    std::map<std::int64_t, ovh::task_facts> under_way;
    std::set<std::int64_t> ours;
  };
  boost::asio::awaitable<std::optional<error>> look(ovh::client&, std::string name, service&,
                                                    loop::steady_point deadline);

  loop::clock* clock_;
  std::map<std::pair<std::string, std::string>, service> services_;
};

} // namespace ovhl::agent
