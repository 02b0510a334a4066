#include "agent/intent_desk.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <exception>
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

// Everything handed in since the last call.
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

void intent_desk::note(std::int64_t intent, const licensing::correction& of,
                       const licensing::note& what) {
  ledger_.note(intent, of, what, clock_.wall());
  if (trying_ || over_ || !ledger_.unwritten()) return;
  trying_ = true;
  asio::co_spawn(executor_, try_again(), [this](std::exception_ptr bug) {
    trying_ = false;
    if (bug) std::rethrow_exception(bug); // what is not on record must not be forgotten quietly
  });
}

asio::awaitable<void> intent_desk::try_again() {
  while (!over_ && !ledger_.flush(clock_.wall()))
    co_await stopped_.wait(std::chrono::seconds(1));
  if (!over_) notes_written_();
}

void intent_desk::stop() {
  over_ = true;
  stopped_.wake_all();
}

} // namespace ovhl::agent
