#include "agent/record_keeper.hpp"

#include "base/version.hpp"
#include "os/person.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <exception>
#include <utility>

namespace ovhl::agent {

namespace asio = boost::asio;
using asio::awaitable;

namespace {

error closed() {
  error e;
  e.kind = failure::canceled;
  e.message = "the ledger is closed";
  return e;
}

error no_answer(std::string ledger, std::chrono::nanoseconds limit) {
  error e;
  e.kind = failure::timeout;
  e.where = std::move(ledger);
  e.message = fmt::format("recording takes longer than {} s",
                          std::chrono::duration_cast<std::chrono::seconds>(limit).count());
  e.advice = "check the disk or network storage (journalctl -k); nothing is corrected until what "
             "waits is recorded";
  return e;
}

awaitable<result<void>> record(ledger::chronicle& to, ledger::poll_result seen,
                               ledger::policy_body policy, std::chrono::seconds silence,
                               const loop::clock& clock) {
  result<void> done = co_await write_kept(to);
  if (done) done = co_await to.policy(std::move(policy), clock.wall());
  if (done) done = co_await write_kept(to);
  if (done) done = co_await to.poll(std::move(seen), clock.wall(), silence);
  co_return done;
}

} // namespace

struct record_keeper::waiting_intent {
  licensing::intent what; // kept here: who brought it may be gone before it is written
  std::optional<result<std::int64_t>> number;
  loop::wait_queue written;
};

ledger::writer writer_of(std::string command) {
  return {std::move(command), os::user_name(::geteuid()), ::getpid(), std::string(version())};
}

ledger::policy_body recorded(const config::policy_file& file) {
  return {file.sha256, file.path.string(), file.policy.mode, file.text};
}

std::chrono::seconds longest_silence(const config::settings& s) {
  constexpr std::chrono::hours longest_backoff(1);
  return 2 * s.poll.interval + s.poll.timeout + longest_backoff;
}

record_keeper::record_keeper(parts with)
    : ledger_access(with.clock, std::move(with.engine), std::move(with.by)),
      executor_(std::move(with.executor)),
      clock_(with.clock),
      patience_(with.patience),
      turns_(executor_) {}

// ---- opening and closing ----

awaitable<void> record_keeper::open() {
  loop::in_turn::work all = [this]() -> awaitable<void> {
    if (away_) co_return;
    set_yielded(std::nullopt);
    co_await open_in_turn();
  };
  if (!is_open()) {
    co_await turns_.run(std::move(all)); // a large ledger takes long to read
  } else if (!unanswered_) {
    const bool done = co_await turns_.run_within(std::move(all), patience_);
    if (!done) set_problem(no_answer(place(), patience_));
  }
}

awaitable<void> record_keeper::open_in_turn() {
  const bool opened = co_await try_to_open();
  if (opened && chronicle()->waits()) try_again_later();
}

awaitable<void> record_keeper::close() {
  co_await turns_.run([this] { return end(false); });
  closing_.wake_all();
}

void record_keeper::yield(error why) {
  set_yielded(std::move(why));
  away_ = true;
}

// Notes that could not be written are dropped, as at exit: the next process continues from what is
// on record.
awaitable<void> record_keeper::give() {
  co_await turns_.run([this] { return end(true); });
  closing_.wake_all();
}

awaitable<bool> record_keeper::take_back() {
  std::function<awaitable<bool>()> all = [this]() -> awaitable<bool> {
    co_await open_in_turn();
    if (!is_open() && held()) co_return false;
    away_ = false;
    co_return true;
  };
  co_return co_await turns_.run<bool>(std::move(all));
}

// ---- recording ----

awaitable<void> record_keeper::looked(ledger::poll_result seen, ledger::policy_body policy,
                                      std::chrono::seconds silence) {
  if (std::exchange(unanswered_, true)) co_return; // the next poll compares anew
  loop::in_turn::work write = [this, seen = std::move(seen), policy = std::move(policy), silence] {
    return write_poll(seen, policy, silence);
  };
  const bool done = co_await turns_.run_within(std::move(write), patience_);
  if (!done) set_problem(no_answer(place(), patience_));
}

awaitable<void> record_keeper::write_poll(ledger::poll_result seen, ledger::policy_body policy,
                                          std::chrono::seconds silence) {
  result<void> done;
  try {
    if (chronicle())
      done = co_await record(*chronicle(), std::move(seen), std::move(policy), silence, clock_);
  } catch (...) { // a bug; who waits for it reports it
    unanswered_ = false;
    throw;
  }
  unanswered_ = false;
  if (!is_open()) co_return;
  const bool over = set_problem(problem_after(done, *chronicle()));
  if (over && written_) written_(); // the problem was reported meanwhile
}

awaitable<result<std::int64_t>> record_keeper::intent(licensing::intent what) {
  const auto mine = std::make_shared<waiting_intent>();
  mine->what = std::move(what);
  intents_.push_back(mine);
  if (intents_.size() == 1) turns_.post([this] { return write_intents(); });
  while (!mine->number)
    co_await mine->written.wait(std::chrono::hours(1));
  co_return *mine->number;
}

// Everything that waits when it begins.
awaitable<void> record_keeper::write_intents() {
  co_await asio::post(executor_, asio::use_awaitable); // others may be about to come
  result<void> ready;
  if (is_open()) ready = co_await write_kept(*chronicle());
  const auto all = std::exchange(intents_, {});
  result<std::vector<std::int64_t>> numbers = std::vector<std::int64_t>();
  if (!is_open() || yielded()) {
    numbers = problem().value_or(closed());
  } else if (!ready) {
    numbers = ready.error();
  } else {
    std::vector<licensing::intent> wanted;
    wanted.reserve(all.size());
    for (const auto& one : all)
      wanted.push_back(one->what);
    numbers = co_await chronicle()->intents(std::move(wanted), clock_.wall());
  }
  if (!numbers && !yielded()) set_problem(numbers.error());
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i]->number = numbers ? result<std::int64_t>((*numbers)[i]) : numbers.error();
    all[i]->written.wake_all();
  }
}

awaitable<void> record_keeper::note(std::int64_t intent, const licensing::correction& of,
                                    const licensing::note& what) {
  keep(ledger::chronicle::new_record_of(intent, of, what, clock_.wall()));
  if (!is_open()) co_return;
  try {
    co_await turns_.run([this] { return write_notes(); });
  } catch (const boost::system::system_error& cut) {
    if (cut.code() != asio::error::operation_aborted) throw;
  }
}

// Those who waited for the same disk find theirs written by the first of them.
awaitable<void> record_keeper::write_notes() {
  if (!is_open()) co_return;
  ledger::chronicle& to = *chronicle();
  const bool again = to.unwritten().has_value();
  if (!again && !to.waits()) co_return;
  const result<void> done = co_await write_kept(to);
  if (again || !done || to.unwritten()) set_problem(problem_after(done, to));
  if (to.unwritten()) try_again_later();
}

void record_keeper::try_again_later() {
  if (std::exchange(trying_, true)) return;
  asio::co_spawn(executor_, try_again(), [this](std::exception_ptr bug) {
    trying_ = false;
    if (bug) std::rethrow_exception(bug); // what is not on record must not be forgotten quietly
  });
}

awaitable<void> record_keeper::try_again() {
  while (is_open() && chronicle()->unwritten()) {
    co_await closing_.wait(std::chrono::seconds(1));
    co_await turns_.run([this] { return write_notes(); });
  }
  if (is_open() && written_) written_();
}

} // namespace ovhl::agent
