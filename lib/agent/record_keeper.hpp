// The ledger as the daemon and `apply` write to it: opened when possible, retried otherwise. What
// it is asked for is done one thing after another. Whoever asks may be cancelled while it waits;
// what was handed over is written all the same.
#pragma once

#include "agent/intent_queue.hpp"
#include "agent/ledger_access.hpp"
#include "agent/ledger_opener.hpp"
#include "agent/note_writer.hpp"
#include "agent/setup.hpp"
#include "base/error.hpp"
#include "base/timestamp.hpp"
#include "ledger/chronicle.hpp"
#include "loop/clock.hpp"
#include "loop/in_turn.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace ovhl::agent {

class record_keeper {
 public:
  template <class T>
  using awaitable = boost::asio::awaitable<T>;

  struct parts {
    boost::asio::any_io_executor executor;
    loop::clock& clock;
    std::shared_ptr<ledger::engine> engine;
    ledger::writer by;
    // How long a poll waits for a disk that does not answer. One that is slow, but answers, may
    // take as long as a poll.
    std::chrono::nanoseconds patience = std::chrono::seconds(10);
  };
  explicit record_keeper(parts);

  // For those who only read it.
  const ledger_access& access() const noexcept { return access_; }

  // Opens the ledger, unless it is open and its path still names the same file.
  awaitable<void> open();
  enum class closing { for_good, until_taken_back };
  awaitable<void> close(closing = closing::for_good);
  // The program stops: ends an attempt to open it.
  void give_up_opening() noexcept { file_.give_up(); }

  struct poll {
    ledger::poll_result found;
    instant at{};               // it was decided; recorded so, even if the disk was slow
    ledger::policy_body policy; // in force then
    std::chrono::seconds longest_silence{};
    std::chrono::nanoseconds timeout{}; // of a poll: the next one must not be late
  };
  // If the disk does not answer in time, it returns and reports that as the problem; what was found
  // is recorded later.
  awaitable<void> record_poll(poll);
  // The intent's number, once it is on disk.
  awaitable<result<std::int64_t>> intent(licensing::intent what) {
    return intents_.add(std::move(what));
  }
  // Returns when it was written or could not be, or at once if it is cancelled.
  awaitable<void> note(std::int64_t intent, const licensing::correction&, const licensing::note&);
  // `caught_up` is called when what had to wait has been recorded.
  void listen(std::function<void()> caught_up) { caught_up_ = std::move(caught_up); }

  // For another process that asked for the ledger. yield(): accepts no more intents and reports why
  // as its problem; the results of corrections under way are still recorded. close() then leaves it
  // closed until take_back() finds it free and intact (false: another process still has it). Open
  // or not, it accepts intents again only after the next open().
  void yield(error why);
  awaitable<bool> take_back();

 private:
  awaitable<void> open_in_turn();
  awaitable<void> write_poll(poll);
  awaitable<void> write_intents();
  awaitable<void> patiently(loop::in_turn::work, std::chrono::nanoseconds longest);

  boost::asio::any_io_executor executor_;
  loop::clock& clock_;
  std::chrono::nanoseconds patience_;
  ledger_opener file_;
  ledger_access access_;
  loop::in_turn turns_;
  intent_queue intents_;
  note_writer notes_;
  std::function<void()> caught_up_;
  bool away_ = false;       // yielded, and not taken back
  bool unanswered_ = false; // a poll is being recorded
};

// Who writes the record: "run" or "apply", process ID, user of the operating system.
ledger::writer writer_of(std::string command);
// The policy in force, as it is recorded.
ledger::policy_body recorded(const config::policy_file&);
// A pause between polls so long that it counts as a gap: a suspended machine, a clock set forward.
std::chrono::seconds longest_silence(const config::settings&);

} // namespace ovhl::agent
