// Takes what corrections have to record. Intents that arrive together are written together, with
// one sync; notes that cannot be written are retried every second.
#pragma once

#include "agent/book.hpp"
#include "loop/clock.hpp"
#include "loop/waiting_line.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace ovhl::agent {

class intent_desk {
 public:
  // `written` is called when waiting notes have been recorded.
  intent_desk(boost::asio::any_io_executor executor, loop::clock& clock, book& to,
              std::function<void()> written)
      : executor_(std::move(executor)),
        clock_(clock),
        ledger_(to),
        notes_written_(std::move(written)) {}

  // The record's number, once it is on disk.
  boost::asio::awaitable<result<std::int64_t>> record(licensing::intent);
  void note(std::int64_t intent, const licensing::correction&, const licensing::note&);
  // Stops all retries.
  void stop();
  void go_on() noexcept { over_ = false; }

 private:
  struct slip {
    licensing::intent what; // kept here: who brought it may be gone before it is written
    std::optional<result<std::int64_t>> number;
  };
  void write();
  boost::asio::awaitable<void> try_again();

  boost::asio::any_io_executor executor_;
  loop::clock& clock_;
  book& ledger_;
  std::function<void()> notes_written_;
  std::vector<std::shared_ptr<slip>> slips_;
  loop::waiting_line written_;
  loop::waiting_line stopped_; // for who waits before the next attempt
  bool trying_ = false, over_ = false;
};

} // namespace ovhl::agent
