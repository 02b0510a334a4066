// The port to an engine that keeps the records, such as SQLite. Its calls are awaited, so that the
// event loop goes on while a disk or a server is slow. To add an engine: implement both classes and
// add it to the suite in tests/unit/ledger/engine_test.cpp.
#pragma once

#include "ledger/history.hpp"
#include "ledger/holder.hpp"
#include "ledger/record.hpp"
#include "ledger/witness.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ovhl::ledger {

// A ledger that is open for writing. Make one call at a time, each after the previous one has
// returned. Destroying it waits for a call under way.
class journal {
 public:
  virtual ~journal() = default;
  journal(const journal&) = delete;
  journal& operator=(const journal&) = delete;

  // Appends all of them in one transaction, or none. Returns their records.
  virtual boost::asio::awaitable<result<std::vector<record>>> append(std::vector<new_record>,
                                                                     durability) = 0;
  // Appends the records of a poll and its time in one transaction. It requests them in batches, on
  // the loop, so that a hundred thousand are never in memory at once.
  struct batch {
    std::vector<new_record> new_records;
    bool last = true;
  };
  static constexpr std::size_t batch_size = 256;
  virtual boost::asio::awaitable<result<void>> append_poll(std::function<batch()>,
                                                           instant polled_at) = 0;
  // Moves what was appended to the safest place and updates the witness. If a reader prevents that,
  // the next call does it.
  virtual boost::asio::awaitable<result<void>> settle() = 0;
  // Whether it still writes to the ledger that others would open. Once it does not, it appends
  // nothing any more and has to be opened again.
  virtual boost::asio::awaitable<bool> in_place() = 0;
  // Releases the ledger to others. Afterwards call nothing.
  virtual boost::asio::awaitable<void> close() = 0;

  // As of the last call that returned.
  struct state {
    ledger::head head;
    std::optional<witness> witnessed; // certainly on disk
    bool settled = true;              // settle() has nothing to do
    // When the disk or the server last answered; during append_poll(), after each batch.
    std::chrono::steady_clock::time_point answered{};
  };
  const state& now() const noexcept { return *now_; }

 protected:
  journal() = default;

  std::shared_ptr<state> now_ = std::make_shared<state>();
};

struct opened_journal {
  std::unique_ptr<journal> file;
  history past;
  std::optional<error> misunderstood; // about the first record that history could not take
};

class engine {
 public:
  virtual ~engine() = default;
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  // Opens or creates the ledger and checks every record. It must contain `known`, the last record
  // that the caller knows of.
  virtual boost::asio::awaitable<boost::system::result<opened_journal, open_failure>>
  open(holder, std::optional<witness> known) = 0;
  // Call when the program stops, on the loop: ends an open() under way and each later one.
  virtual void give_up() noexcept = 0;
  // Where the ledger is, for messages: a path.
  virtual std::string place() const = 0;

 protected:
  engine() = default;
};

} // namespace ovhl::ledger
