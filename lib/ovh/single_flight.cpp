#include "ovh/single_flight.hpp"

namespace ovhl::ovh {

namespace asio = boost::asio;

asio::awaitable<single_flight::outcome>
single_flight::fly(std::function<bool()> there, std::function<asio::awaitable<outcome>()> fetch,
                   std::chrono::nanoseconds limit) {
  while (!there()) {
    if (flying_) {
      const auto awaited = number_;
      const bool woken = co_await line_.wait(limit);
      if (!woken) {
        failed_try late;
        late.what.kind = failure::timeout;
        late.what.message = "the deadline passed while waiting for authentication";
        co_return late;
      }
      if (landed_ == awaited && last_) co_return last_;
      continue;
    }
    struct landing {
      single_flight* of;
      ~landing() {
        of->flying_ = false;
        of->line_.wake_all();
      }
    };
    flying_ = true;
    ++number_;
    const landing at_the_end{this};
    outcome how = co_await fetch();
    last_ = how;
    landed_ = number_;
    co_return how;
  }
  co_return std::nullopt;
}

} // namespace ovhl::ovh
