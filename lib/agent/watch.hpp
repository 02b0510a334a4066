// The daemon: polls forever, decides, reports and publishes; reloads, polls at once or stops on
// request. Everything runs on one event loop, so a request takes effect between two steps, never
// within one.
#pragma once

#include "agent/accounts.hpp"
#include "agent/actuator.hpp"
#include "agent/board.hpp"
#include "agent/expiries.hpp"
#include "agent/narrator.hpp"
#include "agent/overview.hpp"
#include "agent/record_keeper.hpp"
#include "agent/setup.hpp"
#include "agent/standing.hpp"
#include "agent/yielding.hpp"
#include "loop/clock.hpp"
#include "os/log.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <functional>
#include <memory>
#include <random>

namespace ovhl::agent {

class watch {
 public:
  struct parts {
    boost::asio::any_io_executor executor;
    loop::clock& clock;
    os::log& log;
    accounts& lines;
    record_keeper& ledger;
    actuator& act;                            // while corrections are on
    std::function<read_outcome()> read_again; // configuration, policy and credentials, for reload()
  };

  watch(parts, setup first);

  // Runs until stop(). Afterwards nothing runs any more, and the status file says so.
  boost::asio::awaitable<void> run();

  void reload();   // SIGHUP
  void poll_now(); // SIGUSR1
  void stop();     // SIGTERM, SIGINT

  const publish::snapshot& snapshot() noexcept { return board_.now(); }

 private:
  boost::asio::awaitable<void> poll();
  boost::asio::awaitable<void> judge(licensing::inventory fresh, poll_report report);
  boost::asio::awaitable<void> learn_standing_facts();
  boost::asio::awaitable<void> rest();
  boost::asio::awaitable<void> feed_watchdog();
  // Runs one step, which interrupt() can end. Any other exception is a bug and reported as one; the
  // daemon continues.
  // Each step must check at its start whether it was interrupted before: that interruption is lost.
  boost::asio::awaitable<void> interruptible(boost::asio::awaitable<void> step, std::string what);
  void interrupt();
  void poll_broke();
  void take_over(setup);
  void part_with_uncovered(const setup& wanted);
  licensing::inventory& own_picture(); // to be changed
  // Judges what was seen by the policy in force, compares it with the memory, and logs changes.
  licensing::decisions decide();
  void show(const licensing::decisions&, const licensing::correction_states&);
  void judge_again(); // the picture at hand, by another policy than before
  boost::asio::awaitable<void> open_ledger();
  void take_up_history();
  actuator& acting() noexcept;
  news what_happens();
  yielding::parts ways_to_yield();
  void yielded(const std::string& whom);
  void taken_back();
  void changed(const licensing::vm_key&, const licensing::correction_state&);
  void ended(const licensing::correction&, const licensing::ending&);
  void tell_problems();
  void count(const poll_report&);
  void plan_next_poll();
  void publish();
  void publish_soon(); // several changes at once: see pause_before_writing()
  publish::daemon_state state_now() const;
  std::string status_line() const;

  parts parts_;
  setup setup_;
  narrator voice_;
  board board_;
  reporting_actuator only_report_;
  standing_facts standing_;
  expiries expiries_;
  yielding yielding_;
  // As last published. Shared while it is recorded; see own_picture().
  std::shared_ptr<licensing::inventory> seen_ = std::make_shared<licensing::inventory>();
  overview overview_;
  licensing::memory memory_;
  std::uint64_t decided_ = 0; // how many times
  int failures_ = 0;          // polls in a row that saw nothing
  loop::steady_point next_poll_{};
  std::minstd_rand random_{std::random_device{}()};

  enum class activity {
    looking,
    settling, // the look is over, its results are being dealt with
    resting   // the verdicts are published: only questions that can wait are asked
  };
  activity activity_ = activity::settling;
  boost::asio::cancellation_signal interrupt_;
  bool interrupted_ = false;
  bool again_ = false; // poll once more without a rest
  bool stopping_ = false;
  bool looked_ = false;    // once, to the end
  bool caught_up_ = false; // with what is on record
  bool publishing_soon_ = false;
  loop::steady_point written_{}; // the status file, last
  std::chrono::nanoseconds writing_took_{};
  // For what runs beside the loop and ends after it. A signal has room for one waiter.
  boost::asio::cancellation_signal no_more_, no_more_feeding_, no_more_yielding_;
};

} // namespace ovhl::agent
