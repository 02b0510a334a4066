#include "agent/intent_queue.hpp"

#include "loop/wait_queue.hpp"

#include <chrono>
#include <optional>

namespace ovhl::agent {

struct intent_queue::waiting {
  licensing::intent what; // kept here: who brought it may be gone before it is written
  std::optional<result<std::int64_t>> number;
  loop::wait_queue answered;
};

boost::asio::awaitable<result<std::int64_t>> intent_queue::add(licensing::intent what) {
  const auto mine = std::make_shared<waiting>();
  mine->what = std::move(what);
  waiting_.push_back(mine);
  if (waiting_.size() == 1) first_();
  while (!mine->number)
    co_await mine->answered.wait(std::chrono::hours(1));
  co_return *mine->number;
}

intent_queue::batch intent_queue::take() { return std::exchange(waiting_, {}); }

std::vector<licensing::intent> intent_queue::intents_of(const batch& all) {
  std::vector<licensing::intent> intents;
  intents.reserve(all.size());
  for (const auto& one : all)
    intents.push_back(one->what);
  return intents;
}

void intent_queue::answer(const batch& all, const result<std::vector<std::int64_t>>& numbers) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i]->number = numbers ? result<std::int64_t>((*numbers)[i]) : numbers.error();
    all[i]->answered.wake_all();
  }
}

} // namespace ovhl::agent
