#include "ledger/sqlite/journal.hpp"

#include "ledger/sqlite/problem.hpp"
#include "ledger/sqlite/store.hpp"
#include "loop/side_thread.hpp"

#include <chrono>
#include <system_error>
#include <utility>

namespace ovhl::ledger {

namespace asio = boost::asio;
using asio::awaitable;
using loop::side_thread;

namespace {

struct opening {
  boost::system::result<store, open_failure> file;
  history past;
  std::optional<error> misunderstood;
};

class sqlite_journal final : public journal {
 public:
  sqlite_journal(std::unique_ptr<side_thread> thread, store file)
      : file_(std::make_shared<std::optional<store>>(std::move(file))), thread_(std::move(thread)) {
    *now_ = state_of(**file_);
  }

  awaitable<result<std::vector<record>>> append(std::vector<new_record> new_records,
                                                durability how) override {
    return on_thread([new_records = std::move(new_records), how](store& s) { //
      return s.append(new_records, how);
    });
  }

  awaitable<result<void>> append_poll(std::function<batch()> next, instant at) override {
    for (bool first = true;; first = false) {
      batch b = next();
      const bool last = b.last;
      auto write = [b = std::move(b), first, at](store& s) -> result<void> {
        if (first)
          if (auto done = s.begin_poll(); !done) return done;
        if (auto done = s.add(b.new_records); !done) return done;
        if (b.last) return s.end_poll(at);
        return {};
      };
      auto done = co_await on_thread(std::move(write));
      if (!done || last) co_return done;
    }
  }

  awaitable<result<void>> settle() override {
    return on_thread([](store& s) { return s.settle(); });
  }
  awaitable<bool> in_place() override {
    return on_thread([](store& s) { return s.in_place(); });
  }

  awaitable<void> close() override {
    auto end = [file = file_] {
      file->reset();
      return true;
    };
    co_await thread_->run(std::move(end));
  }

 private:
  static state state_of(const store& s) {
    return {s.head(), s.witnessed(), s.settled(), std::chrono::steady_clock::now()};
  }

  // The work keeps what it captures until it is done, even if nobody waits any more.
  template <class F>
  awaitable<std::invoke_result_t<F&, store&>> on_thread(F work) {
    using value = std::invoke_result_t<F&, store&>;
    auto both = [file = file_, work = std::move(work)]() mutable {
      value made = work(**file);
      return std::pair(std::move(made), state_of(**file));
    };
    const auto now = now_; // this object may be gone by then
    auto [made, after] = co_await thread_->run(std::move(both));
    *now = std::move(after);
    co_return std::move(made);
  }

  std::shared_ptr<std::optional<store>> file_; // used by the thread only
  std::unique_ptr<side_thread> thread_;        // destroyed first
};

} // namespace

sqlite_engine::sqlite_engine(asio::any_io_executor loop, std::filesystem::path path)
    : loop_(std::move(loop)), path_(std::move(path)) {}

awaitable<boost::system::result<opened_journal, open_failure>>
sqlite_engine::open(holder by, std::optional<witness> known) {
  std::unique_ptr<side_thread> thread;
  try {
    thread = std::make_unique<side_thread>(loop_);
  } catch (const std::system_error& e) {
    open_failure none;
    none.why.where = path_.string();
    none.why.message = std::string("cannot be opened: no thread could be started: ") + e.what();
    co_return std::move(none);
  }
  auto read = [path = path_, by = std::move(by), known = std::move(known), stop = stop_] {
    history past;
    std::optional<error> misunderstood;
    const auto take = [&](const record& r) {
      if (auto taken = past.take(r); !taken && !misunderstood) misunderstood = taken.error();
    };
    auto file = store::open(path, by, take, known, [&] { return !*stop; });
    return opening{std::move(file), std::move(past), std::move(misunderstood)};
  };
  opening got = co_await thread->run(std::move(read));
  if (!got.file) co_return std::move(got.file).error();
  opened_journal made;
  made.file = std::make_unique<sqlite_journal>(std::move(thread), std::move(*got.file));
  made.past = std::move(got.past);
  made.misunderstood = std::move(got.misunderstood);
  if (made.misunderstood) made.misunderstood->where = path_.string();
  co_return std::move(made);
}

} // namespace ovhl::ledger
