// What a correction's verdict depends on besides the VM's details: tasks under way and vmLicensed.
// Read shortly before the request leaves; one look serves many corrections.
#pragma once

#include "agent/foreign_tasks.hpp"
#include "loop/shared_look.hpp"
#include "ovh/api/dedicated_cloud.hpp"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>

namespace ovhl::agent {

class looks {
 public:
  explicit looks(loop::clock& clock) : clock_(&clock), tasks_(clock) {}

  foreign_tasks& tasks() noexcept { return tasks_; }

  using shared_list = loop::shared_look<ovh::licensed_list>;
  // vmLicensed from a look that began at `not_before` or later.
  boost::asio::awaitable<result<shared_list::seen>> licensed(ovh::client&, licensing::place,
                                                             loop::steady_point not_before,
                                                             loop::steady_point deadline);
  // Frees the lists once nothing is under way.
  void forget_lists() { lists_.clear(); }

 private:
  loop::clock* clock_;
  foreign_tasks tasks_;
  std::map<licensing::place, std::shared_ptr<shared_list>>
      lists_; // shared with whoever waits for one
};

} // namespace ovhl::agent
