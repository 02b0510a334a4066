// Where intents are handed in to be recorded: those that come together go to the disk together,
// with one wait for it.
#pragma once

#include "agent/book.hpp"
#include "loop/clock.hpp"
#include "loop/waiting_line.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ovhl::agent {

class intent_desk {
 public:
  intent_desk(boost::asio::any_io_executor executor, loop::clock& clock, book& to)
      : executor_(std::move(executor)), clock_(clock), ledger_(to) {}

  // Its number, when it is on disk.
  boost::asio::awaitable<result<std::int64_t>> record(licensing::intent);

 private:
  struct slip {
    licensing::intent what; // kept here: who brought it may be gone before it is written
    std::optional<result<std::int64_t>> number;
  };
  void write();

  boost::asio::any_io_executor executor_;
  loop::clock& clock_;
  book& ledger_;
  std::vector<std::shared_ptr<slip>> slips_;
  loop::waiting_line written_;
};

} // namespace ovhl::agent
