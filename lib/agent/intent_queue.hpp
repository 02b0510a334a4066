// Intents that wait for the disk. Those that wait at the same time are written together, with one
// sync.
#pragma once

#include "base/error.hpp"
#include "licensing/correction_goal.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace ovhl::agent {

class intent_queue {
 public:
  // `first` is called when an intent comes and none waits.
  explicit intent_queue(std::function<void()> first) : first_(std::move(first)) {}

  // Waits for its number. Whoever waits may be cancelled: the intent stays in the queue.
  boost::asio::awaitable<result<std::int64_t>> add(licensing::intent);

  struct waiting;
  using batch = std::vector<std::shared_ptr<waiting>>;
  batch take(); // all that wait
  static std::vector<licensing::intent> intents_of(const batch&);
  // Tells each its number, in the same order, or why it has none.
  static void answer(const batch&, const result<std::vector<std::int64_t>>&);

 private:
  std::function<void()> first_;
  batch waiting_;
};

} // namespace ovhl::agent
