// How the agent records: intents together, notes in their order, and nothing lost on a disk that
// stands still or is full.
#include "agent/record_keeper.hpp"
#include "ledger/sqlite/store.hpp"
#include "ledger/sqlite/verify.hpp"
#include "support/slow_disk.hpp"
#include "support/temporary_directory.hpp"
#include "support/waited_chronicle.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include <set>
#include <thread>

using namespace ovhl;
using namespace ovhl::agent;
namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::awaitable;
using ledger::testing::waited_for;

namespace {

const licensing::place here{"main", "pcc-192-0-2-1", 12};

licensing::intent an_intent(std::int64_t vm) {
  licensing::intent i;
  i.what.which = {here, vm};
  i.what.action = licensing::action::set_license;
  i.what.to = "windows 2019 Standard";
  return i;
}

// SQLite on a disk that has always answered just now: no test waits for time to pass.
class answering_journal final : public ledger::journal {
 public:
  explicit answering_journal(std::unique_ptr<ledger::journal> real) : real_(std::move(real)) {
    answered();
  }
  awaitable<result<std::vector<ledger::record>>> append(std::vector<ledger::new_record> all,
                                                        ledger::durability how) override {
    auto done = co_await real_->append(std::move(all), how);
    answered();
    co_return std::move(done);
  }
  awaitable<result<void>> append_poll(std::function<batch()> next, instant at) override {
    auto done = co_await real_->append_poll(std::move(next), at);
    answered();
    co_return done;
  }
  awaitable<result<void>> settle() override {
    auto done = co_await real_->settle();
    answered();
    co_return done;
  }
  awaitable<bool> in_place() override { return real_->in_place(); }
  awaitable<void> close() override { return real_->close(); }

 private:
  void answered() {
    *now_ = real_->now();
    now_->answered += std::chrono::hours(1);
  }
  std::unique_ptr<ledger::journal> real_;
};

class answering_engine final : public ledger::engine {
 public:
  explicit answering_engine(std::shared_ptr<ledger::engine> real) : real_(std::move(real)) {}
  awaitable<boost::system::result<ledger::opened_journal, ledger::open_failure>>
  open(ledger::holder by, std::optional<ledger::witness> known) override {
    auto opened = co_await real_->open(std::move(by), std::move(known));
    if (opened) opened->file = std::make_unique<answering_journal>(std::move(opened->file));
    co_return std::move(opened);
  }
  void give_up() noexcept override { real_->give_up(); }
  std::string place() const override { return real_->place(); }

 private:
  std::shared_ptr<ledger::engine> real_;
};

struct fixture {
  explicit fixture(std::chrono::nanoseconds patience = std::chrono::seconds(10),
                   bool answers = false) {
    auto with = parts(patience);
    if (answers) with.engine = std::make_shared<answering_engine>(std::move(with.engine));
    keeper.emplace(std::move(with));
    waited_for(loop, keeper->open());
    REQUIRE(keeper->access().is_open());
  }
  ~fixture() {
    disk.go_on();
    keeper.reset();
  }
  record_keeper::parts parts(std::chrono::nanoseconds patience) {
    return {loop.get_executor(), clock,
            std::make_shared<ledger::sqlite_engine>(loop.get_executor(), path()),
            ledger::writer{"run", "test", 1, "1"}, patience};
  }
  fs::path path() const { return dir / "ledger.db"; }

  // Begins; what comes is told once there is something.
  void record(std::int64_t vm) {
    asio::co_spawn(loop, keeper->intent(an_intent(vm)),
                   [this](std::exception_ptr bug, result<std::int64_t> number) {
                     if (!bug) numbers.push_back(number);
                   });
  }
  // A poll that saw an empty datacenter; `returned` once it need not be waited for.
  void record_a_poll(std::chrono::nanoseconds timeout = std::chrono::hours(1)) {
    auto seen = std::make_shared<licensing::inventory>();
    auto decided = std::make_shared<licensing::decisions>();
    seen->datacenters.emplace_back().where = here;
    seen->datacenters.back().complete = true;
    decided->datacenters.emplace_back();
    record_keeper::poll poll{
        {std::move(seen), std::move(decided), std::make_shared<const licensing::policy>()},
        clock.wall(),
        {"ab", "/etc/policy.yaml", licensing::mode::report, "mode: report"},
        std::chrono::hours(1),
        timeout};
    asio::co_spawn(loop, keeper->record_poll(std::move(poll)),
                   [this](std::exception_ptr bug) { returned = !bug; });
  }
  // SQLite's log begins with a sync of its own after a checkpoint.
  void begin_log() {
    record(1000);
    until([this] { return numbers.size() == 1; });
  }
  void note(std::int64_t intent, std::int64_t task) {
    asio::co_spawn(loop, tell(intent, task), [this](std::exception_ptr) { ++noted; });
  }
  awaitable<void> tell(std::int64_t intent, std::int64_t task) {
    const licensing::note what =
        licensing::followed{task, {errand::trace_state::kind::done, "done"}, {}};
    co_await keeper->note(intent, an_intent(1).what, what);
  }
  void until(const std::function<bool()>& reached) {
    loop.restart();
    while (!reached())
      loop.run_one_for(std::chrono::milliseconds(1));
  }
  // By kind: how long after the start.
  std::vector<std::string> times() {
    std::vector<std::string> all;
    const auto read = ledger::read(path(), [&](const ledger::record& r) {
      all.push_back(std::string(name(r.kind)) + " " + std::to_string((r.at - start).count()));
    });
    REQUIRE(read.has_value());
    return all;
  }
  std::vector<std::string> kinds() {
    std::vector<std::string> all;
    const auto read = ledger::read(path(), [&](const ledger::record& r) {
      all.push_back(std::string(name(r.kind)) + " " + std::to_string(r.vm));
    });
    REQUIRE(read.has_value());
    return all;
  }

  test::temporary_directory dir;
  test::slow_disk disk;
  asio::io_context loop{1};
  const instant start = std::chrono::sys_days(std::chrono::year(2027) / 1 / 15);
  loop::instant_clock clock{start};
  std::optional<record_keeper> keeper;
  std::vector<result<std::int64_t>> numbers;
  int noted = 0;
  bool returned = false;
};

} // namespace

TEST_CASE("intents that arrive together are on disk together, with one sync") {
  fixture f;
  f.begin_log();
  const int before = f.disk.syncs();
  for (int vm = 1; vm < 200; ++vm)
    f.record(vm);
  f.until([&] { return f.numbers.size() == 200; });
  CHECK(f.disk.syncs() == before + 1);
  std::set<std::int64_t> different;
  for (const auto& number : f.numbers)
    different.insert(*number);
  CHECK(different.size() == 200);
  CHECK(f.keeper->access().history().unfinished().size() == 200);
}

TEST_CASE("intents that wait while the disk stands still are written together afterwards") {
  fixture f;
  f.begin_log();
  const int before = f.disk.syncs();
  f.disk.stand_still();
  f.record(1);
  f.until([&] { return f.disk.somebody_waits(); });
  for (int vm = 2; vm < 100; ++vm)
    f.record(vm);
  int turns = 0;
  f.until([&] { return ++turns == 200; }); // the loop goes on
  CHECK(f.numbers.size() == 1);
  f.disk.go_on();
  f.until([&] { return f.numbers.size() == 100; });
  CHECK(f.disk.syncs() == before + 2);
}

TEST_CASE("of intents that cannot be written none is, and notes are kept in order until they can") {
  fixture f;
  f.record(1);
  f.until([&] { return f.numbers.size() == 1; });
  const std::int64_t first = *f.numbers[0];
  f.disk.fail(true);
  f.record(2);
  f.record(3);
  f.note(first, 7);
  f.note(first, 8);
  f.until([&] { return f.numbers.size() == 3 && f.noted == 2; });
  CHECK(f.numbers[1].has_error());
  CHECK(f.numbers[2].has_error());
  REQUIRE(f.keeper->access().problem().has_value());
  CHECK(f.keeper->access().history().unfinished().size() == 1);
  CHECK(f.kinds() == std::vector<std::string>{"started 0", "intent 1"});
  bool written = false;
  f.keeper->listen([&] { written = true; });
  f.disk.fail(false);
  f.until([&] { return written; });
  CHECK_FALSE(f.keeper->access().problem().has_value());
  CHECK(f.kinds() == std::vector<std::string>{"started 0", "intent 1", "task 1", "task 1"});
  CHECK(f.keeper->access().history().unfinished().at(first).task->id == 8);
}

TEST_CASE("what was handed over is recorded even if nobody waits for it any more") {
  fixture f;
  f.disk.stand_still();
  asio::cancellation_signal stop_intent, stop_note;
  int ended = 0;
  asio::co_spawn(
      f.loop, f.keeper->intent(an_intent(5)),
      asio::bind_cancellation_slot(stop_intent.slot(), [&](std::exception_ptr end, const auto&) {
        CHECK(end != nullptr);
        ++ended;
      }));
  asio::co_spawn(f.loop, f.tell(2, 7),
                 asio::bind_cancellation_slot(stop_note.slot(), [&](std::exception_ptr end) {
                   CHECK(end == nullptr); // it was taken
                   ++ended;
                 }));
  f.until([&] { return f.disk.somebody_waits(); });
  stop_intent.emit(asio::cancellation_type::terminal);
  stop_note.emit(asio::cancellation_type::terminal);
  f.until([&] { return ended == 2; });
  CHECK(f.kinds() == std::vector<std::string>{"started 0"});
  f.disk.go_on();
  waited_for(f.loop, f.keeper->close());
  CHECK(f.kinds().size() == 4);                             // and stopped
  CHECK(f.keeper->access().history().unfinished().empty()); // it is closed
}

TEST_CASE("after yielding no intent is written, also none that was waiting") {
  fixture f;
  f.disk.stand_still();
  f.record(1);
  f.until([&] { return f.disk.somebody_waits(); });
  f.record(2);
  error why;
  why.message = "yielded to apply by alice";
  f.keeper->yield(why);
  f.record(3);
  f.disk.go_on();
  waited_for(f.loop, f.keeper->close(record_keeper::closing::until_taken_back));
  f.until([&] { return f.numbers.size() == 3; });
  CHECK(f.numbers[0].has_value()); // the disk had it before
  CHECK(f.numbers[1].error().message == why.message);
  CHECK(f.numbers[2].error().message == why.message);
  CHECK(f.kinds() == std::vector<std::string>{"started 0", "intent 1", "stopped 0"});
  CHECK_FALSE(f.keeper->access().is_open());
  CHECK(waited_for(f.loop, f.keeper->take_back()));
  waited_for(f.loop, f.keeper->open());
  f.record(4);
  f.until([&] { return f.numbers.size() == 4; });
  CHECK(f.numbers[3].has_value());
}

TEST_CASE(
    "if the disk does not answer, the problem names the ledger and what to do, until it does") {
  fixture f(std::chrono::nanoseconds(0)); // of patience: no test waits for time to pass
  f.disk.stand_still();
  f.record_a_poll();
  f.until([&] { return f.returned; });
  REQUIRE(f.keeper->access().problem().has_value());
  CHECK(
      words(*f.keeper->access().problem()) ==
      f.path().string() +
          ": the disk has not answered for 0 s; check the disk or network storage (journalctl -k); "
          "nothing is corrected until what waits is recorded");
  bool over = false;
  f.keeper->listen([&] { over = true; });
  f.disk.go_on();
  f.until([&] { return over; });
  CHECK_FALSE(f.keeper->access().problem().has_value());
  CHECK(f.kinds() == std::vector<std::string>{"started 0", "policy 0", "seen 0"});
}

TEST_CASE("a poll waits for a disk as long as it answers, however long the record takes") {
  fixture f(std::chrono::nanoseconds(0), true);
  f.disk.stand_still();
  f.record_a_poll();
  f.until([&] { return f.disk.somebody_waits(); });
  int turns = 0;
  f.until([&] { return ++turns == 200; });
  CHECK_FALSE(f.returned);
  CHECK_FALSE(f.keeper->access().problem().has_value());
  f.disk.go_on();
  f.until([&] { return f.returned; });
  CHECK(f.kinds() == std::vector<std::string>{"started 0", "policy 0", "seen 0"});
}

TEST_CASE("a poll waits for a slow disk no longer than a poll may take") {
  fixture f(std::chrono::nanoseconds(0), true);
  f.disk.stand_still();
  f.record_a_poll({});
  f.until([&] { return f.returned; });
  REQUIRE(f.keeper->access().problem().has_value());
  CHECK(f.keeper->access().problem()->message == "recording takes longer than poll.timeout");
  f.disk.go_on();
  f.until([&] { return !f.keeper->access().problem(); });
  CHECK(f.kinds() == std::vector<std::string>{"started 0", "policy 0", "seen 0"});
}

TEST_CASE("a poll that waited for the disk is recorded with its own time") {
  fixture f;
  f.disk.stand_still();
  f.record(1);
  f.until([&] { return f.disk.somebody_waits(); });
  f.clock.advance(std::chrono::seconds(5));
  f.record_a_poll();
  int turns = 0;
  f.until([&] { return ++turns == 20; });
  f.clock.advance(std::chrono::minutes(10));
  f.disk.go_on();
  f.until([&] { return f.returned; });
  CHECK(f.times() == std::vector<std::string>{"started 0", "intent 0", "policy 5", "seen 5"});
}

TEST_CASE("what was recorded before a poll that waited is not younger than it") {
  fixture f;
  f.disk.stand_still();
  f.record(1);
  f.until([&] { return f.disk.somebody_waits(); });
  f.clock.advance(std::chrono::seconds(5));
  f.record_a_poll();
  f.clock.advance(std::chrono::seconds(60));
  f.note(2, 7);
  int turns = 0;
  f.until([&] { return ++turns == 20; });
  f.clock.advance(std::chrono::minutes(10));
  f.disk.go_on();
  f.until([&] { return f.returned && f.noted == 1; });
  CHECK(f.times() ==
        std::vector<std::string>{"started 0", "intent 0", "task 65", "policy 65", "seen 65"});
}

TEST_CASE("who is destroyed while the disk stands still waits for what it was given") {
  fixture f;
  f.disk.stand_still();
  f.record(1);
  f.until([&] { return f.disk.somebody_waits(); });
  std::thread later([&] { f.disk.go_on(); });
  f.keeper.reset();
  later.join();
  CHECK(f.kinds() == std::vector<std::string>{"started 0", "intent 1"});
}
