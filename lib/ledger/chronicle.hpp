// The ledger as the daemon and `apply` use it: they report what happened; the chronicle finds what
// is new and records it. It runs on the event loop; only the journal may use another thread.
#pragma once

#include "ledger/journal.hpp"
#include "licensing/decide.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace ovhl::ledger {

struct writer {
  std::string command; // "run", "apply"
  std::string user;
  int pid = 0;
  std::string version;
  bool yields = false; // see holder
};

// What is kept of a ledger that has to be opened again: its last known record, and the records that
// could not be written.
struct left_over {
  witness last;
  std::vector<new_record> waiting;
};

// Shared, because it is recorded while others use it.
struct poll_result {
  std::shared_ptr<const licensing::inventory> seen;
  std::shared_ptr<const licensing::decisions> decided;
  std::shared_ptr<const licensing::policy> policy; // that decided
};

// Make one call at a time, each after the previous one has returned; only keep() may be called at
// any time. Read `now` when the call begins.
class chronicle {
 public:
  template <class T>
  using awaitable = boost::asio::awaitable<T>;

  // Opens the ledger and records who opened it. With `left`, the ledger must still contain its last
  // known record, and the waiting records are written and removed from `left`.
  static awaitable<boost::system::result<std::unique_ptr<chronicle>, open_failure>>
  open(engine&, writer, instant now, std::shared_ptr<left_over> left = nullptr);

  // A policy is in force; recorded only if it differs from the last one.
  awaitable<result<void>> policy(policy_body, instant now);

  // Records a poll: VMs that changed, appeared or disappeared; datacenters that are observed again
  // or no longer. If nothing changed, only the time of the poll is written. If the previous poll is
  // longer ago than `longest_silence`, a gap is recorded, because nobody looked in between.
  awaitable<result<void>> poll(poll_result, instant now, std::chrono::seconds longest_silence);

  // Records all of them, on disk when it returns, or none. Returns their numbers.
  awaitable<result<std::vector<std::int64_t>>> intents(std::vector<licensing::intent>, instant now);
  // Makes the record of what happened to a correction; `intent` is 0 if it was dropped before its
  // intent. keep() keeps it for the next flush(), or for any call that writes.
  static new_record new_record_of(std::int64_t intent, const licensing::correction&,
                                  const licensing::note&, instant now);
  void keep(new_record);
  // Writes the kept records. Those that cannot be written stay kept, in their order.
  awaitable<result<void>> flush();
  // Whether records are kept.
  bool waits() const noexcept;
  // Why something could not be written, or could not be brought into the file.
  std::optional<error> unwritten() const;

  // Whether the file is still the one at its path; see journal::in_place().
  awaitable<bool> in_place();
  // Prepares for opening it again. Afterwards call only close().
  left_over leave();

  awaitable<result<void>> stop(instant now); // in good order
  awaitable<void> close();                   // releases it to others

  const ledger::history& history() const noexcept;
  const ledger::head& head() const noexcept;
  const std::optional<witness>& witnessed() const noexcept; // certainly on disk
  // When the disk or the server last answered: a long poll may go on for minutes.
  std::chrono::steady_clock::time_point answered() const noexcept;

 private:
  struct state;
  explicit chronicle(std::unique_ptr<state>);
  // Records what the one before left, and that this one has started.
  static boost::asio::awaitable<result<void>> begin(state&, const writer&, instant now,
                                                    const std::shared_ptr<left_over>&);
  std::unique_ptr<state> state_;

 public:
  ~chronicle();
};

} // namespace ovhl::ledger
