// Shares one look between all who need the same answer at about the same time: the first one asks,
// the others wait for its answer.
#pragma once

#include "base/error.hpp"
#include "loop/clock.hpp"
#include "loop/single_flight.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace ovhl::loop {

template <class T>
class shared_look {
 public:
  using asking = std::function<boost::asio::awaitable<result<T>>()>;
  struct seen {
    std::shared_ptr<const T> what;
    steady_point began; // no part of it is older
  };

  // The answer of a look that began at `not_before` or later; if there is none, calls `ask`.
  boost::asio::awaitable<result<seen>> get(clock& time, steady_point not_before,
                                           steady_point deadline, asking ask) {
    const std::function<boost::asio::awaitable<void>()> fetch = [&] { return look(time, ask); };
    while (!began_ || *began_ < not_before) {
      const auto how = co_await flight_.join(fetch, deadline - time.now());
      if (how != single_flight::end::flown && time.now() >= deadline) co_return late();
    }
    if (failed_) co_return *failed_;
    co_return seen{last_, *began_};
  }

  // The last answer, if any. It may be old: no decision may rest on it.
  const std::shared_ptr<const T>& last() const noexcept { return last_; }
  // The last answer turned out to be wrong: the next get() asks again.
  void look_again() noexcept {
    began_.reset();
    disproved_ = true; // a look under way does not count either
  }

 private:
  boost::asio::awaitable<void> look(clock& time, const asking& ask) {
    disproved_ = false;
    const steady_point began = time.now();
    auto got = co_await ask();
    failed_ = got ? std::nullopt : std::optional(got.error());
    if (got) last_ = std::make_shared<const T>(std::move(*got));
    if (!disproved_) began_ = began;
  }

  static error late() {
    error e;
    e.kind = failure::timeout;
    e.message = "an identical request got no answer in time";
    return e;
  }

  std::optional<steady_point> began_;
  std::optional<error> failed_;
  std::shared_ptr<const T> last_;
  bool disproved_ = false; // the look under way
  single_flight flight_;
};

} // namespace ovhl::loop
