// The narrow door: whatever changes something at OVHcloud goes through an actuator. Reporting only
// is one of them, not an `if` in another.
#pragma once

#include "licensing/correction.hpp"
#include "publish/snapshot.hpp"

#include <boost/asio/awaitable.hpp>

#include <vector>

namespace ovhl::agent {

class actuator {
 public:
  virtual ~actuator() = default;

  // What became of each correction, in their order.
  virtual boost::asio::awaitable<std::vector<publish::due_state>>
  correct(std::vector<licensing::correction> due) = 0;

 protected:
  actuator() = default;
  actuator(const actuator&) = default;
  actuator& operator=(const actuator&) = default;
};

// Changes nothing: every correction that is due stands as reported.
class reporting_actuator final : public actuator {
 public:
  boost::asio::awaitable<std::vector<publish::due_state>>
  correct(std::vector<licensing::correction> due) override {
    co_return std::vector<publish::due_state>(due.size(), publish::due_state::reported);
  }
};

} // namespace ovhl::agent
