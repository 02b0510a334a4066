// The ledger as the daemon and `apply` use it: opened when possible, retried otherwise, and always
// able to say why nothing can be recorded. What it is asked for is done one thing after another;
// whoever asks may be cancelled while it waits, and what was handed over is written all the same.
#pragma once

#include "agent/setup.hpp"
#include "base/error.hpp"
#include "ledger/chronicle.hpp"
#include "loop/clock.hpp"
#include "loop/in_turn.hpp"
#include "loop/wait_queue.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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
    // With a disk that does not answer, until a poll goes on without it.
    std::chrono::nanoseconds patience = std::chrono::seconds(10);
  };
  explicit record_keeper(parts);

  // Opens the ledger, unless it is open and its path still names the same file.
  awaitable<void> open();
  // The program stops: ends an open() under way.
  void give_up_opening() noexcept { parts_.engine->give_up(); }
  bool is_open() const noexcept { return chronicle_ != nullptr; }
  // Whether another process has the ledger, and whether that process yields when asked.
  bool held() const noexcept { return refused_ && refused_->held; }
  bool would_yield() const noexcept { return held() && refused_->yields; }
  // Why nothing can be recorded now; null if nothing is wrong.
  const std::optional<error>& problem() const noexcept { return yielded_ ? yielded_ : problem_; }

  // The recorded history; empty while the ledger is not open. Not to be kept across an await.
  const ledger::history& history() const noexcept;
  std::optional<ledger::witness> witnessed() const; // the last record on disk for certain

  // Records what a poll saw, and under which policy. If the disk does not answer in time, it
  // returns and says so as its problem; what was seen is recorded later.
  awaitable<void> looked(ledger::poll_result, ledger::policy_body,
                         std::chrono::seconds longest_silence);
  // The intent's number, once it is on disk. Intents that wait at the same time are written
  // together, with one sync.
  awaitable<result<std::int64_t>> intent(licensing::intent);
  // Returns when it was written or could not be, or at once if it is cancelled. What could not be
  // written is kept, and tried again every second.
  awaitable<void> note(std::int64_t intent, const licensing::correction&, const licensing::note&);
  // `written` is called when notes that had to wait have been recorded.
  void listen(std::function<void()> written) { written_ = std::move(written); }
  awaitable<void> close();

  // For another process that asked for the ledger. yield(): accepts no more intents and reports why
  // as its problem; the results of corrections under way are still recorded. give(): closes the
  // ledger until take_back() finds it free and intact (false: another process still has it). Open
  // or not, it accepts intents again only after the next open().
  void yield(error why);
  awaitable<void> give();
  awaitable<bool> take_back();
  const std::optional<error>& yielded() const noexcept { return yielded_; }

 private:
  struct waiting_intent;
  // What is done in turn.
  awaitable<void> try_to_open();
  awaitable<void> write_poll(ledger::poll_result, ledger::policy_body, std::chrono::seconds);
  awaitable<result<void>> record(ledger::poll_result, ledger::policy_body, std::chrono::seconds);
  awaitable<void> write_intents();
  awaitable<void> write_notes();
  awaitable<void> end(bool return_later);

  awaitable<result<void>> flush();
  void learn_from(const result<void>&);
  void try_again_later();
  awaitable<void> try_again();

  parts parts_;
  loop::in_turn turns_;
  std::unique_ptr<ledger::chronicle> chronicle_;
  std::shared_ptr<ledger::left_over> left_; // by the one that was open before
  std::vector<std::shared_ptr<waiting_intent>> intents_;
  std::function<void()> written_;
  std::optional<error> problem_;
  std::optional<ledger::open_failure> refused_; // how the last open() was
  std::optional<error> yielded_;
  bool away_ = false;        // yielded, and not taken back
  bool trying_ = false;      // again, every second
  bool unanswered_ = false;  // a poll is being recorded
  loop::wait_queue closing_; // for who waits before the next attempt
};

// Who writes the record: "run" or "apply", process ID, user of the operating system.
ledger::writer writer_of(std::string command);
// The policy in force, as it is recorded.
ledger::policy_body recorded(const config::policy_file&);
// A pause between polls so long that it counts as a gap: a suspended machine, a clock set forward.
std::chrono::seconds longest_silence(const config::settings&);

} // namespace ovhl::agent
