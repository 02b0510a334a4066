// What the verdict of a correction rests on besides the VM's details, looked at shortly before its
// request leaves: tasks under way, and what vmLicensed says. One look serves many corrections.
#pragma once

#include "agent/foreign_tasks.hpp"
#include "loop/shared_look.hpp"
#include "ovh/calls.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <map>
#include <memory>

namespace ovhl::agent {

// How old any look may be when the request leaves, and how old when it is shared: the request waits
// for its turn, too.
inline constexpr std::chrono::seconds oldest_look(30);
inline constexpr std::chrono::seconds oldest_to_share(20);
inline constexpr std::chrono::seconds oldest_vm(15); // which is read for one correction alone

class looks {
 public:
  explicit looks(loop::clock& clock) : clock_(&clock), tasks_(clock) {}

  foreign_tasks& tasks() noexcept { return tasks_; }

  using shared_list = loop::shared_look<ovh::licensed_list>;
  // vmLicensed by a look that began at `not_before` or later.
  boost::asio::awaitable<result<shared_list::seen>> licensed(ovh::client&, licensing::place,
                                                             loop::steady_point not_before,
                                                             loop::steady_point deadline);
  // Nothing is under way: the lists are not worth their memory any more.
  void forget_lists() { lists_.clear(); }

 private:
  loop::clock* clock_;
  foreign_tasks tasks_;
  std::map<licensing::place, std::shared_ptr<shared_list>> lists_; // kept by whoever waits there
};

} // namespace ovhl::agent
