#include "agent/intent_desk.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace ovhl::agent {

namespace asio = boost::asio;

asio::awaitable<result<std::int64_t>> intent_desk::record(licensing::intent wanted) {
  const auto mine = std::make_shared<slip>(slip{std::move(wanted), std::nullopt});
  slips_.push_back(mine);
  if (slips_.size() == 1) asio::post(executor_, [this] { write(); });
  while (!mine->number)
    co_await written_.wait(std::chrono::hours(1));
  co_return *mine->number;
}

// Everything that was handed in since the last time.
void intent_desk::write() {
  std::vector<licensing::intent> all;
  all.reserve(slips_.size());
  for (const auto& one : slips_)
    all.push_back(one->what);
  const auto numbers = ledger_.intents(all, clock_.wall());
  for (std::size_t i = 0; i < slips_.size(); ++i)
    slips_[i]->number = numbers ? result<std::int64_t>((*numbers)[i]) : numbers.error();
  slips_.clear();
  written_.wake_all();
}

} // namespace ovhl::agent
