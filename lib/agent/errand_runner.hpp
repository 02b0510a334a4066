// Sees errands through, several at once: takes each along its course, holds it back where it must
// not go on, and stops in good order. It does not know what an errand is about: its job does.
#pragma once

#include "base/error.hpp"
#include "errand/course.hpp"
#include "loop/clock.hpp"
#include "loop/wait_queue.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>

namespace ovhl::agent {

// One errand: its course, and what carries out each step of it.
class errand_job {
 public:
  template <class T>
  using awaitable = boost::asio::awaitable<T>;
  using event = errand::event;

  // `recorded`: its intent was, before a restart; so its request may have left.
  errand_job(errand::course c, bool recorded)
      : course_(std::move(c)), recorded_(recorded), sent_(recorded) {}
  virtual ~errand_job() = default;
  errand_job(const errand_job&) = delete;
  errand_job& operator=(const errand_job&) = delete;

  virtual awaitable<event> find() = 0;
  virtual awaitable<event> look(bool before) = 0;
  virtual awaitable<event> record(errand::note) = 0;
  // `leaves` is called right before the first byte.
  virtual awaitable<event> send(std::function<void()> leaves) = 0;
  virtual awaitable<event> follow(std::int64_t trace) = 0;

  virtual bool may_begin() = 0; // false: it has said why, and is not begun
  virtual void canceled() = 0;  // before it was begun
  virtual void changed() = 0;   // its course went on
  virtual void finished(const errand::ask::finish&) = 0;
  virtual void left() = 0; // nobody works at it any more
  // For an error: "the correction of VM 7".
  virtual std::string name() const = 0;

  errand::course& course() noexcept { return course_; }
  const errand::course& course() const noexcept { return course_; }
  bool is_recorded() const noexcept { return recorded_; }
  bool is_sent() const noexcept { return sent_; } // its request may have left
  bool is_canceled() const noexcept { return canceled_; }

 protected:
  void set_recorded() noexcept { recorded_ = true; }

 private:
  friend class errand_runner;
  errand::course course_;
  bool recorded_; // its intent
  bool sent_;
  bool canceled_ = false;
  bool between_look_and_request_ = false;
};

class errand_runner {
 public:
  struct limits {
    std::size_t at_once = 1;
    // Only a few at once are between their looks and their request: otherwise the looks would be
    // too old by the time all requests have left.
    std::size_t before_request = 1;
  };
  struct parts {
    boost::asio::any_io_executor executor;
    loop::clock& clock;
    std::function<limits()> within;
    std::function<void(error)> broke; // a bug ended one; it goes on after a restart
  };
  explicit errand_runner(parts with) : parts_(std::move(with)) {}

  void add(std::shared_ptr<errand_job>);
  // Begins none of those that wait. Those whose looks are under way end as if they had waited; what
  // is on record is seen through, and its job must object to its request.
  void begin_no_more();
  // Begins nothing and leaves what waits; a request that has left still gets its answer, and what
  // is known is recorded. over() returns once nothing runs.
  void stop();
  boost::asio::awaitable<void> over();
  void go_on(); // after over()
  bool is_stopping() const noexcept { return stopping_; }

 private:
  template <class T>
  using awaitable = boost::asio::awaitable<T>;
  struct worker {
    boost::asio::cancellation_signal stop;
    std::shared_ptr<errand_job> at; // null: none
    bool sending = false;           // a request that changes something: it gets its answer
  };

  awaitable<void> work(worker&);
  awaitable<void> see_through(errand_job&, worker&);
  awaitable<errand::event> carry_out(errand_job&, worker&, errand::step);
  awaitable<void> enter(errand_job&);
  void leave(errand_job&);

  parts parts_;
  std::deque<std::shared_ptr<errand_job>> waiting_;
  std::list<worker> workers_;
  std::size_t before_request_ = 0;
  loop::wait_queue room_, over_;
  bool stopping_ = false;
};

} // namespace ovhl::agent
