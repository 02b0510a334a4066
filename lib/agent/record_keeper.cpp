#include "agent/record_keeper.hpp"

#include "base/version.hpp"
#include "os/person.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

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

// `silence`: since the disk last answered; if that is not too long, all of it took too long.
error too_slow(std::string ledger, std::chrono::nanoseconds silence,
               std::chrono::nanoseconds patience) {
  error e;
  e.kind = failure::timeout;
  e.where = std::move(ledger);
  e.message = silence < patience
                  ? "recording takes longer than poll.timeout"
                  : fmt::format("the disk has not answered for {} s",
                                std::chrono::floor<std::chrono::seconds>(patience).count());
  e.advice = "check the disk or network storage (journalctl -k); nothing is corrected until what "
             "waits is recorded";
  return e;
}

// When it happened, if the ledger's order of times allows that: others may have recorded something
// meanwhile, and the clock may have been set back.
instant time_on_record(instant happened, const ledger::chronicle& to, instant now) {
  const auto reached = to.history().reached(to.head().polled_at);
  return std::min(now, std::max(happened, reached.value_or(happened)));
}

awaitable<result<void>> record(ledger::chronicle& to, record_keeper::poll poll,
                               const loop::clock& clock) {
  const auto at = [&] { return time_on_record(poll.at, to, clock.wall()); };
  result<void> done = co_await write_kept(to);
  if (done) done = co_await to.policy(std::move(poll.policy), at());
  if (done) done = co_await write_kept(to);
  if (done) done = co_await to.poll(std::move(poll.found), at(), poll.longest_silence);
  co_return done;
}

} // namespace

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
    : executor_(std::move(with.executor)),
      clock_(with.clock),
      patience_(with.patience),
      file_(clock_, std::move(with.engine), std::move(with.by)),
      access_(file_),
      turns_(executor_),
      intents_([this] { turns_.post([this] { return write_intents(); }); }),
      notes_({executor_, file_, access_, turns_, [this] {
                if (caught_up_) caught_up_();
              }}) {}

// ---- opening and closing ----

awaitable<void> record_keeper::open() {
  loop::in_turn::work all = [this]() -> awaitable<void> {
    if (away_) co_return;
    access_.set_yielded(std::nullopt);
    co_await open_in_turn();
  };
  if (!access_.is_open()) {
    co_await turns_.run(std::move(all)); // a large ledger takes long to read
  } else if (!unanswered_) {
    co_await patiently(std::move(all), {});
  }
}

// Does it in its turn. Stops waiting for it once the disk has been silent for too long, or once it
// has taken longer than that and `longest`.
awaitable<void> record_keeper::patiently(loop::in_turn::work all,
                                         std::chrono::nanoseconds longest) {
  using clock = std::chrono::steady_clock;
  const auto last = clock::now() + std::max(longest - patience_, std::chrono::nanoseconds());
  loop::in_turn::moment answered = [this, last] { return std::min(file_.answered(), last); };
  const bool done = co_await turns_.run_within(std::move(all), patience_, std::move(answered));
  if (!done)
    access_.set_problem(too_slow(file_.place(), clock::now() - file_.answered(), patience_));
}

awaitable<void> record_keeper::open_in_turn() {
  const bool opened = co_await file_.try_to_open();
  if (file_.refused()) access_.set_problem(file_.refused()->why);
  if (!opened) co_return;
  access_.set_problem(file_.chronicle()->unwritten());
  if (file_.chronicle()->waits()) notes_.try_again_later();
}

awaitable<void> record_keeper::close(closing how) {
  loop::in_turn::work all = [this, how]() -> awaitable<void> {
    if (!access_.is_open()) co_return;
    const result<void> done = co_await file_.close(how == closing::until_taken_back);
    access_.set_problem(done ? std::nullopt : std::optional(done.error()));
  };
  co_await turns_.run(std::move(all));
  notes_.hurry();
}

void record_keeper::yield(error why) {
  access_.set_yielded(std::move(why));
  away_ = true;
}

awaitable<bool> record_keeper::take_back() {
  std::function<awaitable<bool>()> all = [this]() -> awaitable<bool> {
    co_await open_in_turn();
    if (!access_.is_open() && access_.held()) co_return false;
    away_ = false;
    co_return true;
  };
  co_return co_await turns_.run<bool>(std::move(all));
}

// ---- recording ----

awaitable<void> record_keeper::record_poll(poll found) {
  if (std::exchange(unanswered_, true)) co_return; // the next poll compares anew
  const auto longest = found.timeout;
  loop::in_turn::work write = [this, found = std::move(found)] { return write_poll(found); };
  co_await patiently(std::move(write), longest);
}

awaitable<void> record_keeper::write_poll(poll found) {
  result<void> done;
  try {
    if (access_.is_open()) done = co_await record(*file_.chronicle(), std::move(found), clock_);
  } catch (...) { // a bug; whoever waits for it reports it
    unanswered_ = false;
    throw;
  }
  unanswered_ = false;
  if (!access_.is_open()) co_return;
  const bool over = access_.set_problem(problem_after(done, *file_.chronicle()));
  if (over && caught_up_) caught_up_(); // the problem was reported meanwhile
}

// Writes all intents that wait when it begins.
awaitable<void> record_keeper::write_intents() {
  co_await asio::post(executor_, asio::use_awaitable); // more may be about to come
  result<void> ready;
  if (access_.is_open()) ready = co_await write_kept(*file_.chronicle());
  const intent_queue::batch all = intents_.take();
  result<std::vector<std::int64_t>> numbers = std::vector<std::int64_t>();
  if (!access_.is_open() || access_.yielded()) {
    numbers = access_.problem().value_or(closed());
  } else if (!ready) {
    numbers = ready.error();
  } else {
    auto wanted = intent_queue::intents_of(all);
    numbers = co_await file_.chronicle()->intents(std::move(wanted), clock_.wall());
  }
  if (!numbers && !access_.yielded()) access_.set_problem(numbers.error());
  intent_queue::answer(all, numbers);
}

awaitable<void> record_keeper::note(std::int64_t intent, const licensing::correction& of,
                                    const licensing::note& what) {
  return notes_.write(ledger::chronicle::new_record_of(intent, of, what, clock_.wall()));
}

} // namespace ovhl::agent
