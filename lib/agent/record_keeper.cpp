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

error no_answer(std::chrono::nanoseconds limit) {
  error e;
  e.kind = failure::timeout;
  e.where = "ledger";
  e.message = fmt::format("its disk has not answered for {} s",
                          std::chrono::duration_cast<std::chrono::seconds>(limit).count());
  e.advice = "check the disk; what waits is recorded as soon as it answers";
  return e;
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

record_keeper::record_keeper(parts with) : parts_(std::move(with)), turns_(parts_.executor) {}

const ledger::history& record_keeper::history() const noexcept {
  static const ledger::history nothing;
  return chronicle_ ? chronicle_->history() : nothing;
}

std::optional<ledger::witness> record_keeper::witnessed() const {
  return chronicle_ ? chronicle_->witnessed() : std::nullopt;
}

// ---- opening ----

awaitable<void> record_keeper::open() {
  loop::in_turn::work all = [this]() -> awaitable<void> {
    if (away_) co_return;
    yielded_.reset();
    co_await try_to_open();
  };
  if (!chronicle_) {
    co_await turns_.run(std::move(all)); // to read a large ledger takes its time
  } else if (!unanswered_) {
    const bool done = co_await turns_.run_within(std::move(all), parts_.patience);
    if (!done) problem_ = no_answer(parts_.patience);
  }
}

awaitable<void> record_keeper::try_to_open() {
  if (chronicle_) {
    const bool in_place = co_await chronicle_->in_place();
    if (in_place) co_return;
    const auto old = std::exchange(chronicle_, nullptr); // notes go to left_ from now on
    left_ = std::make_shared<ledger::left_over>(old->leave());
    co_await old->close();
  }
  auto opened =
      co_await ledger::chronicle::open(*parts_.engine, parts_.by, parts_.clock.wall(), left_);
  refused_ = opened ? std::nullopt : std::optional(opened.error());
  if (refused_) {
    problem_ = refused_->why;
    co_return;
  }
  const auto keep_all = [&] {
    for (ledger::new_record& e : std::exchange(left_->waiting, {}))
      (*opened)->keep(std::move(e));
  };
  bool written = true;
  while (left_ && !left_->waiting.empty() && written) { // what came while it was opened
    keep_all();
    written = (co_await (*opened)->flush()).has_value();
  }
  if (left_) keep_all();
  left_.reset();
  chronicle_ = std::move(*opened);
  problem_ = chronicle_->unwritten();
  if (chronicle_->waits()) try_again_later();
}

// ---- recording ----

void record_keeper::learn_from(const result<void>& done) {
  problem_ = done ? chronicle_->unwritten() : std::optional(done.error());
}

// Until nothing is kept any more: what is recorded next is not older than what was kept.
awaitable<result<void>> record_keeper::flush() {
  result<void> done;
  do
    done = co_await chronicle_->flush();
  while (done && chronicle_->waits());
  co_return done;
}

awaitable<void> record_keeper::looked(ledger::poll_result seen, ledger::policy_body policy,
                                      std::chrono::seconds silence) {
  if (std::exchange(unanswered_, true)) co_return; // the next poll compares anew
  loop::in_turn::work write = [this, seen = std::move(seen), policy = std::move(policy), silence] {
    return write_poll(seen, policy, silence);
  };
  const bool done = co_await turns_.run_within(std::move(write), parts_.patience);
  if (!done) problem_ = no_answer(parts_.patience);
}

awaitable<result<void>> record_keeper::record(ledger::poll_result seen, ledger::policy_body policy,
                                              std::chrono::seconds silence) {
  result<void> done = co_await flush();
  if (done) done = co_await chronicle_->policy(std::move(policy), parts_.clock.wall());
  if (done) done = co_await flush();
  if (done) done = co_await chronicle_->poll(std::move(seen), parts_.clock.wall(), silence);
  co_return done;
}

awaitable<void> record_keeper::write_poll(ledger::poll_result seen, ledger::policy_body policy,
                                          std::chrono::seconds silence) {
  result<void> done;
  try {
    if (chronicle_) done = co_await record(std::move(seen), std::move(policy), silence);
  } catch (...) { // a bug; who waits for it reports it
    unanswered_ = false;
    throw;
  }
  unanswered_ = false;
  if (!chronicle_) co_return;
  const bool problem_before = problem_.has_value();
  learn_from(done);
  if (problem_before && !problem_ && written_) written_(); // it was said meanwhile
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
  co_await asio::post(parts_.executor, asio::use_awaitable); // others may be about to come
  result<void> ready;
  if (chronicle_) ready = co_await flush();
  const auto all = std::exchange(intents_, {});
  result<std::vector<std::int64_t>> numbers = std::vector<std::int64_t>();
  if (!chronicle_ || yielded_) {
    numbers = problem().value_or(closed());
  } else if (!ready) {
    numbers = ready.error();
  } else {
    std::vector<licensing::intent> wanted;
    wanted.reserve(all.size());
    for (const auto& one : all)
      wanted.push_back(one->what);
    numbers = co_await chronicle_->intents(std::move(wanted), parts_.clock.wall());
  }
  if (!numbers && !yielded_) problem_ = numbers.error();
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i]->number = numbers ? result<std::int64_t>((*numbers)[i]) : numbers.error();
    all[i]->written.wake_all();
  }
}

awaitable<void> record_keeper::note(std::int64_t intent, const licensing::correction& of,
                                    const licensing::note& what) {
  ledger::new_record e = ledger::chronicle::new_record_of(intent, of, what, parts_.clock.wall());
  if (!chronicle_) {
    if (left_) left_->waiting.push_back(std::move(e));
    co_return;
  }
  chronicle_->keep(std::move(e));
  try {
    co_await turns_.run([this] { return write_notes(); });
  } catch (const boost::system::system_error& cut) {
    if (cut.code() != asio::error::operation_aborted) throw;
  }
}

// Those who waited for the same disk find theirs written by the first of them.
awaitable<void> record_keeper::write_notes() {
  if (!chronicle_) co_return;
  const bool again = chronicle_->unwritten().has_value();
  if (!again && !chronicle_->waits()) co_return;
  const result<void> done = co_await flush();
  if (again || !done || chronicle_->unwritten()) learn_from(done);
  if (chronicle_->unwritten()) try_again_later();
}

void record_keeper::try_again_later() {
  if (std::exchange(trying_, true)) return;
  asio::co_spawn(parts_.executor, try_again(), [this](std::exception_ptr bug) {
    trying_ = false;
    if (bug) std::rethrow_exception(bug); // what is not on record must not be forgotten quietly
  });
}

awaitable<void> record_keeper::try_again() {
  while (chronicle_ && chronicle_->unwritten()) {
    co_await closing_.wait(std::chrono::seconds(1));
    co_await turns_.run([this] { return write_notes(); });
  }
  if (chronicle_ && written_) written_();
}

// ---- closing and yielding ----

awaitable<void> record_keeper::end(bool return_later) {
  if (!chronicle_) co_return;
  result<void> done = co_await flush();
  if (done) done = co_await chronicle_->stop(parts_.clock.wall());
  learn_from(done);
  const auto old = std::exchange(chronicle_, nullptr);
  if (return_later) {
    left_ = std::make_shared<ledger::left_over>(old->leave());
    left_->waiting.clear();
  }
  co_await old->close();
  closing_.wake_all();
}

awaitable<void> record_keeper::close() {
  co_await turns_.run([this] { return end(false); });
}

void record_keeper::yield(error why) {
  yielded_ = std::move(why);
  away_ = true;
}

// Notes that could not be written are dropped, as at exit: the next process continues from what is
// on record.
awaitable<void> record_keeper::give() {
  co_await turns_.run([this] { return end(true); });
}

awaitable<bool> record_keeper::take_back() {
  std::function<awaitable<bool>()> all = [this]() -> awaitable<bool> {
    co_await try_to_open();
    if (!chronicle_ && held()) co_return false;
    away_ = false;
    co_return true;
  };
  co_return co_await turns_.run<bool>(std::move(all));
}

} // namespace ovhl::agent
