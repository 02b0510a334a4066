// Carries out errands, several at once: takes each along its course, lets only a few be close to
// their request, and stops in good order. What an errand is about is known to its job.
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

// How far an errand has come. Its runner writes this; its job reads it.
struct errand_state {
  errand::course course;
  bool recorded = false;       // its intent is on record
  bool sent = recorded;        // its request may have left, perhaps before a restart
  bool canceled = false;       // its request must not leave any more
  bool before_request = false; // counted as between its looks and its request
};

// What carries out the steps of an errand, and hears how far it has come.
class errand_job {
 public:
  template <class T>
  using awaitable = boost::asio::awaitable<T>;
  using event = errand::event;

  // `recorded`: its intent was, before a restart.
  errand_job(errand::course c, bool recorded) : state_{std::move(c), recorded} {}
  virtual ~errand_job() = default;
  errand_job(const errand_job&) = delete;
  errand_job& operator=(const errand_job&) = delete;

  virtual awaitable<event> find() = 0;
  virtual awaitable<event> look(bool before) = 0;
  virtual awaitable<event> record(errand::note) = 0;
  // `leaves` is called right before the first byte.
  virtual awaitable<event> send(std::function<void()> leaves) = 0;
  virtual awaitable<event> follow(std::int64_t trace) = 0;

  virtual bool may_begin() = 0; // false: the job has reported why
  virtual void canceled() = 0;  // before it began
  virtual void changed() = 0;   // it has come further
  virtual void finished(const errand::ask::finish&) = 0;
  virtual void left() = 0; // nobody works at it any more
  // For an error: "the correction of VM 7".
  virtual std::string name() const = 0;

  const errand_state& so_far() const noexcept { return state_; }

 private:
  friend class errand_runner;
  errand_state state_;
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
  // Cancels every errand whose intent is not on record. The others go on; their jobs must object to
  // a request that has not left.
  void begin_no_more();
  // Begins nothing more and drops what waits. A request that has left still gets its answer, and
  // what is known is recorded. over() returns once nothing runs.
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
