// Records what came of corrections, in its order. What cannot be written is kept and tried again
// every second.
#pragma once

#include "agent/ledger_access.hpp"
#include "agent/ledger_opener.hpp"
#include "loop/in_turn.hpp"
#include "loop/wait_queue.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <utility>

namespace ovhl::agent {

class note_writer {
 public:
  struct parts {
    boost::asio::any_io_executor executor;
    ledger_opener& ledger;
    ledger_access& access;
    loop::in_turn& turns;
    std::function<void()> caught_up; // what had to wait is recorded
  };
  explicit note_writer(parts with) : parts_(std::move(with)) {}

  // Returns when it was written or could not be, or at once if it is cancelled.
  boost::asio::awaitable<void> write(ledger::new_record);
  void try_again_later();
  // Makes the next attempt now. After the ledger was closed, it was the last one.
  void hurry() { next_.wake_all(); }

 private:
  boost::asio::awaitable<void> write_all();
  boost::asio::awaitable<void> try_again();

  parts parts_;
  bool trying_ = false; // again, every second
  loop::wait_queue next_;
};

} // namespace ovhl::agent
