#include "agent/surveyed.hpp"

#include "agent/record_keeper.hpp"

#include <utility>

namespace ovhl::agent {

std::shared_ptr<const surveyed> decide_on(std::shared_ptr<const licensing::inventory> seen,
                                          std::shared_ptr<const setup> by,
                                          const licensing::memory& before, instant now,
                                          const decision_taker& take) {
  licensing::decisions decided = licensing::decide(*seen, by->policy->policy, before, now);
  // They are large: they go before what is due takes memory.
  auto changes = std::exchange(decided.changes, {});
  auto next = std::exchange(decided.next, {});
  if (take) take(std::move(changes), std::move(next));
  changes = {};
  next = {};
  auto due = licensing::due(*seen, decided, by->policy->policy);
  return std::make_shared<const surveyed>(
      surveyed{std::move(by), now, std::move(seen),
               std::make_shared<const licensing::decisions>(std::move(decided)), std::move(due)});
}

licensing::due_corrections::list due_of(const std::shared_ptr<const surveyed>& found) {
  return {found, &found->due};
}

std::shared_ptr<const surveyed> narrowed(const surveyed& all,
                                         std::vector<licensing::due_correction> due) {
  return std::make_shared<const surveyed>(
      surveyed{all.by, all.at, all.seen, all.decided, std::move(due)});
}

boost::asio::awaitable<void> record(record_keeper& ledger, std::shared_ptr<const surveyed> found) {
  const auto& policy = found->by->policy;
  record_keeper::poll poll{{found->seen, found->decided, {policy, &policy->policy}},
                           found->at,
                           recorded(*policy),
                           longest_silence(found->by->settings),
                           found->by->settings.poll.timeout};
  co_await ledger.record_poll(std::move(poll));
}

} // namespace ovhl::agent
