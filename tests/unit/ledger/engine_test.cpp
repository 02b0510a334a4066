// What every engine must do, run over each of them. A new one adds its factory at the end.
#include "ledger/chain.hpp"
#include "ledger/sqlite/journal.hpp"
#include "ledger/sqlite/store.hpp"
#include "support.hpp"
#include "support/waited_chronicle.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <array>
#include <functional>

using namespace ovhl;
using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;
namespace asio = boost::asio;
using asio::awaitable;

namespace {

// A ledger of its own, which can be opened, read and checked.
class backing {
 public:
  virtual ~backing() = default;
  virtual std::shared_ptr<engine> make(const asio::any_io_executor&) = 0;
  virtual std::vector<record> records() = 0;
  virtual std::string flaw() = 0;

 protected:
  backing() = default;
};

class sqlite_backing final : public backing {
 public:
  std::shared_ptr<engine> make(const asio::any_io_executor& loop) override {
    return std::make_shared<sqlite_engine>(loop, path_);
  }
  std::vector<record> records() override { return all_of(path_); }
  std::string flaw() override { return testing::flaw(path_); }

 private:
  temporary_directory dir_;
  fs::path path_ = dir_ / "ledger.db";
};

struct open_ledger {
  explicit open_ledger(backing& by, const std::optional<witness>& known = std::nullopt)
      : from(by.make(loop.get_executor())) {
    auto opened = waited_for(loop, from->open(somebody, known));
    if (opened) {
      file = std::move(opened->file);
      past = std::move(opened->past);
    } else {
      refused = opened.error();
    }
  }
  template <class T>
  T wait(awaitable<T> what) {
    return waited_for(loop, std::move(what));
  }
  void close() { waited_for(loop, file->close()); }

  asio::io_context loop{1};
  std::shared_ptr<engine> from;
  std::unique_ptr<journal> file;
  history past;
  std::optional<ovhl::ledger::open_failure> refused;
};

std::function<journal::batch()> in_batches(std::vector<new_record> all, std::size_t size) {
  return [all = std::move(all), size, next = std::size_t(0)]() mutable {
    journal::batch b;
    for (; next < all.size() && b.new_records.size() < size; ++next)
      b.new_records.push_back(all[next]);
    b.last = next == all.size();
    return b;
  };
}

void appends_in_order(backing& by) {
  open_ledger l(by);
  REQUIRE(l.file);
  CHECK(l.file->now().head.records == 0);
  const auto first = l.wait(l.file->append(new_records(2), durability::written));
  const auto second = l.wait(l.file->append(new_records(3), durability::on_disk));
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK(first->back().number == 2);
  CHECK(second->front().number == 3);
  CHECK(second->front().previous == first->back().digest);
  CHECK(l.file->now().head.records == 5);
  CHECK(l.file->now().head.digest == second->back().digest);
  CHECK(l.file->now().witnessed.has_value());
  l.close();
  CHECK(by.records().size() == 5);
  CHECK(by.flaw() == "(fits)");
}

void writes_a_poll_in_batches(backing& by) {
  open_ledger l(by);
  REQUIRE(l.wait(l.file->append_poll(in_batches(new_records(1000), 256), at(5))).has_value());
  CHECK(l.file->now().head.records == 1000);
  CHECK((l.file->now().head.polled_at == at(5)));
  CHECK(l.file->now().head.polls == 1);
  REQUIRE(l.wait(l.file->append_poll(in_batches({}, 256), at(6))).has_value());
  CHECK(l.file->now().head.records == 1000);
  CHECK(l.file->now().head.polls == 2);
  l.close();
  CHECK(by.records().size() == 1000);
  CHECK(by.flaw() == "(fits)");
}

void says_when_it_last_answered(backing& by) {
  open_ledger l(by);
  auto last = l.file->now().answered;
  int moved = 0;
  const std::function<journal::batch()> next = [&]() -> journal::batch {
    if (moved > 0) CHECK((l.file->now().answered > last));
    last = l.file->now().answered;
    return {new_records(10), ++moved == 3};
  };
  REQUIRE(l.wait(l.file->append_poll(next, at(5))).has_value());
  CHECK(moved == 3);
  CHECK((l.file->now().answered > last));
}

void a_poll_cut_short_leaves_nothing(backing& by) {
  open_ledger l(by);
  int batches = 0;
  const std::function<journal::batch()> fails = [&]() -> journal::batch {
    if (++batches == 3) throw std::runtime_error("a bug");
    return {new_records(10), false};
  };
  CHECK_THROWS_WITH(l.wait(l.file->append_poll(fails, at(5))), "a bug");
  CHECK(l.file->now().head.records == 0);
  REQUIRE(l.wait(l.file->append(new_records(1), durability::written)).has_value());
  CHECK(l.file->now().head.records == 1);
  l.close();
  CHECK(by.records().size() == 1);
  CHECK(by.flaw() == "(fits)");
}

void settles(backing& by) {
  open_ledger l(by);
  REQUIRE(l.wait(l.file->append(new_records(2), durability::written)).has_value());
  CHECK_FALSE(l.file->now().settled);
  REQUIRE(l.wait(l.file->settle()).has_value());
  CHECK(l.file->now().settled);
  REQUIRE(l.file->now().witnessed.has_value());
  CHECK(l.file->now().witnessed->record == 2);
  CHECK(l.wait(l.file->in_place()));
}

void goes_on_where_it_was_left(backing& by) {
  witness left;
  {
    open_ledger l(by);
    REQUIRE(l.wait(l.file->append(new_records(3), durability::written)).has_value());
    left = {l.file->now().head.records, l.file->now().head.digest};
  } // destroyed without close()
  {
    open_ledger again(by, left);
    REQUIRE(again.file);
    CHECK(again.file->now().head.records == 3);
    again.close();
  }
  left.record = 4;
  const open_ledger refused(by, left);
  REQUIRE(refused.refused.has_value());
  CHECK_FALSE(refused.refused->held);
  CHECK(words(refused.refused->why).find("it had reached record 4, but ends with record 3") !=
        std::string::npos);
}

void keeps_others_out(backing& by) {
  open_ledger l(by);
  {
    const open_ledger other(by);
    REQUIRE(other.refused.has_value());
    CHECK(other.refused->held);
  }
  l.close();
  const open_ledger next(by);
  CHECK(next.file != nullptr);
}

void gives_up_opening(backing& by) {
  asio::io_context loop{1};
  const auto stopped = by.make(loop.get_executor());
  {
    open_ledger l(by);
    REQUIRE(l.wait(l.file->append(new_records(5'000), durability::written)).has_value());
    l.close();
  }
  stopped->give_up();
  const auto opened = waited_for(loop, stopped->open(somebody, std::nullopt));
  REQUIRE(opened.has_error());
  CHECK(opened.error().why.kind == failure::canceled);
}

void writes_for_who_has_gone(backing& by) {
  open_ledger l(by);
  asio::cancellation_signal stop;
  const auto append = [&]() -> awaitable<void> {
    const auto done = co_await l.file->append(new_records(3), durability::on_disk);
    CHECK(done.has_value());
  };
  l.loop.restart();
  asio::co_spawn(l.loop, append(),
                 asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr) {}));
  l.loop.poll(); // it has been handed over; the answer may be there already
  stop.emit(asio::cancellation_type::terminal);
  l.file.reset(); // while it may be busy: waits
  l.loop.restart();
  l.loop.poll();
  CHECK(by.records().size() == 3);
  CHECK(by.flaw() == "(fits)");
}

using fact = void (*)(backing&);
struct requirement {
  const char* name;
  fact check;
};
constexpr auto all_of_them = std::to_array<requirement>({
    {"appends in order, each transaction whole", appends_in_order},
    {"writes a poll batch by batch, in one transaction", writes_a_poll_in_batches},
    {"says when it last answered, also during a poll", says_when_it_last_answered},
    {"leaves nothing of a poll that was cut short", a_poll_cut_short_leaves_nothing},
    {"settles what was written", settles},
    {"goes on where it was left, and nowhere else", goes_on_where_it_was_left},
    {"keeps others out until it is closed", keeps_others_out},
    {"gives up opening when it is told to", gives_up_opening},
    {"writes what was handed over for somebody who has gone", writes_for_who_has_gone},
});

} // namespace

TEST_CASE_TEMPLATE("an engine keeps what was promised", kind_of_engine, sqlite_backing) {
  for (const requirement& one : all_of_them) {
    CAPTURE(std::string(one.name));
    kind_of_engine fresh;
    one.check(fresh);
  }
}
