// What one survey found and what follows from it, by the configuration of that moment. `run`,
// `plan` and `apply` decide, record, show and correct by this one value.
#pragma once

#include "agent/setup.hpp"
#include "agent/view.hpp"
#include "base/timestamp.hpp"
#include "licensing/correction.hpp"
#include "licensing/decide.hpp"
#include "licensing/due_corrections.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace ovhl::agent {

class record_keeper;

// Large: it is shared, never copied. Nothing in it changes.
struct surveyed {
  std::shared_ptr<const setup> by;
  instant at{}; // the time of the decisions
  std::shared_ptr<const licensing::inventory> seen;
  std::shared_ptr<const licensing::decisions> decided; // without `changes` and `next`
  std::vector<licensing::due_correction> due;          // licensing::due(), or some of them

  const licensing::policy& policy() const noexcept { return by->policy->policy; }
  agent::picture picture() const noexcept { return {*seen, *decided, policy()}; }
};

// Takes the changes since the survey that `before` comes from, and the memory for the next one.
using decision_taker = std::function<void(std::vector<licensing::change>, licensing::memory)>;
std::shared_ptr<const surveyed> decide_on(std::shared_ptr<const licensing::inventory>,
                                          std::shared_ptr<const setup>,
                                          const licensing::memory& before, instant now,
                                          const decision_taker& take = {});

// The corrections due, for due_corrections.
licensing::due_corrections::list due_of(const std::shared_ptr<const surveyed>&);
// The same, but only with these corrections due.
std::shared_ptr<const surveyed> narrowed(const surveyed&, std::vector<licensing::due_correction>);

// Puts it on record, with the policy. See record_keeper::record_poll().
boost::asio::awaitable<void> record(record_keeper&, std::shared_ptr<const surveyed>);

} // namespace ovhl::agent
