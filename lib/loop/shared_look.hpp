// One look that serves everybody who wants to know the same at about the same time: who comes first
// asks, the others wait for the answer.
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

  // What a look saw that began at `not_before` or later. Where none did, `ask` looks.
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

  // What was seen last, if anything: to be built upon, not to be acted upon.
  const std::shared_ptr<const T>& last() const noexcept { return last_; }
  // What was seen has been proved wrong.
  void look_again() noexcept {
    began_.reset();
    disproved_ = true; // also a look under way
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
  bool disproved_ = false; // what is being looked at
  single_flight flight_;
};

} // namespace ovhl::loop
