// One look that serves everybody who wants to know the same at about the same time: who comes first
// asks, the others wait for the answer.
#pragma once

#include "base/error.hpp"
#include "loop/clock.hpp"
#include "loop/waiting_line.hpp"

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
    while (!began_ || *began_ < not_before) {
      if (!looking_)
        co_await look(time, std::move(ask));
      else if (co_await line_.wait(deadline - time.now()); time.now() >= deadline)
        co_return late();
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
  boost::asio::awaitable<void> look(clock& time, asking ask) {
    struct landing { // also where it is cancelled: the next in line asks
      shared_look& of;
      ~landing() {
        of.looking_ = false;
        of.line_.wake_all();
      }
    };
    looking_ = true;
    disproved_ = false;
    const landing at_the_end{*this};
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
  bool looking_ = false;
  bool disproved_ = false; // what is being looked at
  waiting_line line_;
};

} // namespace ovhl::loop
