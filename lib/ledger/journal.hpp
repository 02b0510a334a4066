// The port to whatever keeps the records, such as SQLite. Its calls are awaited on the event loop,
// which goes on while a disk or a server takes its time. A new engine implements both classes and
// joins the suite in tests/unit/ledger/engine_test.cpp.
#pragma once

#include "ledger/history.hpp"
#include "ledger/holder.hpp"
#include "ledger/record.hpp"
#include "ledger/witness.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace ovhl::ledger {

// A ledger that is open for writing. One call at a time: the next one begins after the one before
// has returned. Destroying it waits for a call under way.
class journal {
 public:
  virtual ~journal() = default;
  journal(const journal&) = delete;
  journal& operator=(const journal&) = delete;

  // Appends all of them in one transaction, or none. Returns their records.
  virtual boost::asio::awaitable<result<std::vector<record>>> append(std::vector<new_record>,
                                                                     durability) = 0;
  // The records of a poll and its time, in one transaction. They are asked for batch by batch, on
  // the loop, so that never all of a hundred thousand are held.
  struct batch {
    std::vector<new_record> new_records;
    bool last = true;
  };
  static constexpr std::size_t batch_size = 256;
  virtual boost::asio::awaitable<result<void>> append_poll(std::function<batch()>,
                                                           instant polled_at) = 0;
  // Brings what was appended to where it is safest, and tells the witness. If a reader is in the
  // way, that is left for the next time.
  virtual boost::asio::awaitable<result<void>> settle() = 0;
  // Whether it still writes where others would look. Once it did not, it appends nothing any more
  // and has to be opened again.
  virtual boost::asio::awaitable<bool> in_place() = 0;
  // Lets others have it. Afterwards nothing may be called any more.
  virtual boost::asio::awaitable<void> close() = 0;

  // As of the last call that returned.
  struct state {
    ledger::head head;
    std::optional<witness> witnessed; // on disk for certain
    bool settled = true;              // settle() has nothing to do
  };
  const state& now() const noexcept { return *now_; }

 protected:
  journal() = default;

  std::shared_ptr<state> now_ = std::make_shared<state>();
};

struct opened_journal {
  std::unique_ptr<journal> file;
  history past;
  std::optional<error> misunderstood; // the first record that history could not take
};

class engine {
 public:
  virtual ~engine() = default;
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  // Opens the ledger, or creates it, and checks every record. `known`: what it held when it was
  // open before; without that it is refused.
  virtual boost::asio::awaitable<boost::system::result<opened_journal, open_failure>>
  open(holder, std::optional<witness> known) = 0;
  // The program stops: ends an open() under way, and each later one. To be called on the loop.
  virtual void give_up() noexcept = 0;

 protected:
  engine() = default;
};

} // namespace ovhl::ledger
