// An engine that knows whether it is at work: a clock that jumps must not jump meanwhile, because a
// disk takes real time.
#pragma once

#include "ledger/journal.hpp"

#include <memory>
#include <string>
#include <utility>

namespace ovhl::test {

using at_work = std::shared_ptr<int>; // how many calls are under way

class counted_journal final : public ledger::journal {
 public:
  template <class T>
  using awaitable = boost::asio::awaitable<T>;

  counted_journal(std::unique_ptr<ledger::journal> real, at_work calls)
      : real_(std::move(real)), calls_(std::move(calls)) {
    *now_ = real_->now();
  }
  awaitable<result<std::vector<ledger::record>>> append(std::vector<ledger::new_record> new_records,
                                                        ledger::durability how) override {
    return counted(real_->append(std::move(new_records), how));
  }
  awaitable<result<void>> append_poll(std::function<batch()> next, instant at) override {
    return counted(real_->append_poll(std::move(next), at));
  }
  awaitable<result<void>> settle() override { return counted(real_->settle()); }
  awaitable<bool> in_place() override { return counted(real_->in_place()); }
  awaitable<void> close() override { return real_->close(); }

 private:
  template <class T>
  awaitable<T> counted(awaitable<T> call) {
    ++*calls_;
    T made = co_await std::move(call);
    --*calls_;
    *now_ = real_->now();
    co_return std::move(made);
  }
  std::unique_ptr<ledger::journal> real_;
  at_work calls_;
};

class counted_engine final : public ledger::engine {
 public:
  counted_engine(std::shared_ptr<ledger::engine> real, at_work calls)
      : real_(std::move(real)), calls_(std::move(calls)) {}

  boost::asio::awaitable<boost::system::result<ledger::opened_journal, ledger::open_failure>>
  open(ledger::holder by, std::optional<ledger::witness> known) override {
    ++*calls_;
    auto opened = co_await real_->open(std::move(by), std::move(known));
    --*calls_;
    if (opened) opened->file = std::make_unique<counted_journal>(std::move(opened->file), calls_);
    co_return std::move(opened);
  }
  void give_up() noexcept override { real_->give_up(); }
  std::string place() const override { return real_->place(); }

 private:
  std::shared_ptr<ledger::engine> real_;
  at_work calls_;
};

} // namespace ovhl::test
