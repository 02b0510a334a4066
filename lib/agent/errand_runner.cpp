#include "agent/errand_runner.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <stdexcept>
#include <utility>
#include <variant>

namespace ovhl::agent {

namespace asio = boost::asio;
namespace ask = errand::ask;
namespace told = errand::told;
using asio::awaitable;

namespace {

constexpr std::chrono::seconds final_answer(5); // what a request under way gets when we stop

bool comes_before_request(const errand::step& next) {
  if (const auto* const look = std::get_if<ask::look>(&next)) return look->before;
  const auto* const record = std::get_if<ask::record>(&next);
  return std::holds_alternative<ask::send>(next) || std::holds_alternative<ask::find>(next) ||
         (record != nullptr && std::holds_alternative<errand::intent>(record->what));
}

} // namespace

void errand_runner::add(std::shared_ptr<errand_job> next) {
  if (stopping_) return;
  waiting_.push_back(std::move(next));
  if (workers_.size() >= parts_.within().at_once) return;
  const auto self = workers_.emplace(workers_.end());
  asio::co_spawn(parts_.executor, work(*self),
                 asio::bind_cancellation_slot(self->stop.slot(), [this, self](std::exception_ptr) {
                   workers_.erase(self);
                   if (workers_.empty()) over_.wake_all();
                 }));
}

awaitable<void> errand_runner::work(worker& self) {
  while (!waiting_.empty() && !stopping_) {
    const std::shared_ptr<errand_job> mine = std::move(waiting_.front());
    waiting_.pop_front();
    if (!mine->state_.recorded && !mine->may_begin()) continue;
    mine->changed();
    self.at = mine;
    std::optional<error> bug;
    try {
      co_await see_through(*mine, self);
    } catch (const boost::system::system_error& e) {
      if (e.code() != asio::error::operation_aborted) bug.emplace().message = e.what();
    } catch (const std::exception& e) {
      bug.emplace().message = e.what();
    }
    self.at.reset();
    self.sending = false;
    mine->left();
    leave(*mine);
    if (!bug) continue;
    bug->where = mine->name();
    bug->advice = "this is a bug, please report it; restart the service to continue";
    parts_.broke(std::move(*bug));
  }
}

awaitable<void> errand_runner::see_through(errand_job& mine, worker& self) {
  for (;;) {
    const errand::step next = mine.state_.course.next();
    if (const auto* end = std::get_if<ask::finish>(&next)) {
      mine.finished(*end);
      co_return;
    }
    const bool recording = std::holds_alternative<ask::record>(next);
    if (stopping_ && !recording) co_return; // what is on record says how far it came
    if (mine.state_.canceled && !mine.state_.recorded) {
      mine.canceled();
      co_return;
    }
    // Known results are recorded even after everything else has been cancelled.
    if (stopping_) co_await asio::this_coro::reset_cancellation_state();
    const errand::event came = co_await carry_out(mine, self, next);
    if (stopping_ && !recording && !std::holds_alternative<ask::send>(next)) co_return;
    mine.state_.course.take(came, parts_.clock.now());
    if (!comes_before_request(mine.state_.course.next())) leave(mine);
    mine.changed();
  }
}

awaitable<errand::event> errand_runner::carry_out(errand_job& mine, worker& self,
                                                  errand::step next) {
  if (const auto* const look = std::get_if<ask::look>(&next))
    co_return co_await mine.look(look->before);
  if (const auto* const record = std::get_if<ask::record>(&next)) {
    errand::event came = co_await mine.record(record->what);
    if (std::holds_alternative<told::recorded>(came) &&
        std::holds_alternative<errand::intent>(record->what))
      mine.state_.recorded = true;
    co_return came;
  }
  if (const auto* const follow = std::get_if<ask::follow>(&next))
    co_return co_await mine.follow(follow->trace);
  if (const auto* const pause = std::get_if<ask::pause>(&next)) {
    co_await parts_.clock.wait_for(pause->how_long);
    co_return told::passed{};
  }
  if (std::holds_alternative<ask::find>(next)) {
    co_await enter(mine);
    co_return co_await mine.find();
  }
  if (!std::holds_alternative<ask::send>(next)) throw std::logic_error("an errand ended twice");
  errand::event came = co_await mine.send([&] { self.sending = mine.state_.sent = true; });
  self.sending = false;
  co_return came;
}

awaitable<void> errand_runner::enter(errand_job& mine) {
  if (mine.state_.before_request || mine.state_.sent) co_return;
  while (before_request_ >= parts_.within().before_request)
    co_await room_.wait(std::chrono::hours(1));
  ++before_request_;
  mine.state_.before_request = true;
}

void errand_runner::leave(errand_job& mine) {
  if (!std::exchange(mine.state_.before_request, false)) return;
  --before_request_;
  room_.wake_one();
}

void errand_runner::begin_no_more() {
  for (worker& w : workers_)
    if (w.at) w.at->state_.canceled = true;
  auto left = std::exchange(waiting_, {});
  for (std::shared_ptr<errand_job>& one : left) {
    if (one->state_.recorded)
      waiting_.push_back(std::move(one));
    else
      one->canceled();
  }
}

void errand_runner::go_on() {
  if (!workers_.empty()) throw std::logic_error("errands are still under way");
  stopping_ = false;
}

void errand_runner::stop() {
  stopping_ = true;
  waiting_.clear();
  for (worker& w : workers_)
    if (!w.sending) w.stop.emit(asio::cancellation_type::terminal);
  over_.wake_all(); // who waits there has less patience now
}

awaitable<void> errand_runner::over() {
  while (!workers_.empty()) {
    const bool last_call = stopping_;
    constexpr std::chrono::nanoseconds long_time = std::chrono::hours(24);
    if (co_await over_.wait(last_call ? final_answer : long_time) || !last_call) continue;
    for (worker& w : workers_)
      w.stop.emit(asio::cancellation_type::terminal);
  }
}

} // namespace ovhl::agent
