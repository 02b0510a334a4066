#include "agent/corrector.hpp"

#include "agent/corrector_job.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace ovhl::agent {

namespace asio = boost::asio;
using licensing::correction;
using licensing::due_state;
using licensing::standing;

namespace {

constexpr std::chrono::seconds final_answer(5); // what a request under way gets when we stop

// The number of corrections at once: polls share the same request budget.
std::size_t width(const config::settings::api_limits& limits) {
  constexpr int most = 512;
  if (limits.requests_per_minute == 0) return most;
  return static_cast<std::size_t>(std::clamp(limits.requests_per_minute / 10, 1, most));
}

licensing::patience patience_with(const config::settings::api_limits& limits) {
  licensing::patience p;
  p.settling = 2 * limits.timeout;
  // With a small request budget, polling a task four times a minute is enough at first: the checks
  // of other corrections need requests too.
  if (limits.requests_per_minute > 0)
    p.first_pause = std::clamp<std::chrono::milliseconds>(
        std::chrono::minutes(4) / limits.requests_per_minute, p.first_pause, p.longest_pause);
  return p;
}

standing canceled() { return {due_state::held, {}, {}, "canceled before it began", {}}; }

bool comes_before_request(const licensing::step& next) {
  using namespace licensing;
  if (const auto* const look = std::get_if<ask::vm>(&next)) return look->before;
  const auto* const entry = std::get_if<ask::record>(&next);
  return std::holds_alternative<ask::post>(next) || std::holds_alternative<ask::tasks>(next) ||
         (entry != nullptr && std::holds_alternative<intent>(entry->what));
}

standing standing_of(const licensing::ending& how) {
  standing s;
  s.task_id = how.task;
  s.words = how.message;
  switch (how.how) {
  case licensing::outcome::done: s.state = due_state::done; break;
  case licensing::outcome::dropped: s.state = due_state::reported; break;
  case licensing::outcome::failed:
  case licensing::outcome::inconclusive:
    s.state = due_state::failed;
    s.by = licensing::guard::retry_after;
    break;
  }
  return s;
}

} // namespace

corrector::corrector(parts with)
    : parts_(std::move(with)),
      admitting_({parts_.clock, parts_.lines, parts_.ledger, parts_.by.person}),
      looks_(parts_.clock) {
  parts_.ledger.listen([this] {
    if (news_.written && !stopping_) news_.written();
  });
}

void corrector::listen(news to) { news_ = std::move(to); }

void corrector::adopt(const setup& by) {
  const bool another = !policy_.empty() && policy_ != by.policy->sha256;
  in_force_ = &by;
  policy_ = by.policy->sha256;
  if (another || !by.settings.corrections) begin_no_more();
}

licensing::standings corrector::glance(const std::vector<licensing::due_correction>& due) {
  licensing::standings all(due.size());
  for (std::size_t i = 0; i < due.size(); ++i)
    if (const auto found = under_way_.find(due[i].which); found != under_way_.end())
      all.set(i, found->second);
  return all;
}

// ---- seeing them through ----

void corrector::begin(const std::vector<correction>& chosen, const setup& by) {
  adopt(by);
  admitting_.begun(chosen);
  for (const correction& c : chosen) {
    licensing::intent wanted{c, parts_.by, by.policy->sha256};
    enlist(std::make_shared<job>(0, licensing::course(std::move(wanted),
                                                      patience_with(in_force_->settings.api),
                                                      parts_.clock.now())));
  }
}

void corrector::resume(const setup& by) {
  adopt(by);
  // A correction whose end could not be written yet still looks unfinished in the ledger.
  if (parts_.ledger.trouble()) return;
  for (const ledger::past_correction& past : parts_.ledger.history().recent())
    if (past.what.end.task && past.what.end.how == licensing::outcome::inconclusive)
      looks_.tasks().ours(past.which.where, *past.what.end.task);
  for (const auto& [number, rest] : parts_.ledger.history().unfinished()) {
    if (under_way_.contains(rest.wanted.what.which)) continue;
    enlist(std::make_shared<job>(
        number,
        licensing::course(rest, patience_with(in_force_->settings.api), parts_.clock.now())));
  }
}

void corrector::enlist(std::shared_ptr<job> next) {
  if (stopping_) return;
  standing& told = under_way_[next->which()];
  told = next->course.standing();
  if (told.words.empty()) told.words = "waits for its turn";
  waiting_.push_back(std::move(next));
  if (workers_.size() >= width(in_force_->settings.api)) return;
  const auto self = workers_.emplace(workers_.end());
  asio::co_spawn(parts_.executor, work(*self),
                 asio::bind_cancellation_slot(self->stop.slot(), [this, self](std::exception_ptr) {
                   workers_.erase(self);
                   if (workers_.empty()) over_.wake_all();
                 }));
}

asio::awaitable<void> corrector::work(worker& self) {
  while (!waiting_.empty() && !stopping_) {
    const std::shared_ptr<job> mine = waiting_.front();
    waiting_.pop_front();
    if (const auto why = mine->intent == 0 ? objection(*mine) : std::nullopt) {
      let_go(*mine, *why);
      continue;
    }
    tell(*mine);
    keep_in_mind(*mine, false);
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
    keep_in_mind(*mine, true);
    leave_door(*mine);
    if (!bug) continue;
    bug->where = fmt::format("the correction of VM {}", mine->which().id);
    bug->advice = "this is a bug, please report it; restart the service to continue";
    if (news_.broke) news_.broke(std::move(*bug));
  }
}

asio::awaitable<void> corrector::see_through(job& mine, worker& self) {
  using namespace licensing;
  for (;;) {
    const step next = mine.course.next();
    if (const auto* end = std::get_if<ask::finish>(&next)) {
      finish(mine, *end);
      co_return;
    }
    const bool recording = std::holds_alternative<ask::record>(next);
    if (stopping_ && !recording) co_return; // the ledger knows how far it came
    if (mine.canceled && mine.intent == 0) {
      let_go(mine, canceled());
      co_return;
    }
    // Known results are recorded even after everything else has been cancelled.
    if (stopping_) co_await asio::this_coro::reset_cancellation_state();
    event came = co_await std::visit(
        [&](const auto& what) -> awaitable<event> {
          if constexpr (std::is_same_v<std::decay_t<decltype(what)>, ask::finish>)
            throw std::logic_error("a course ended twice");
          else
            return carry_out(mine, self, what);
        },
        next);
    if (stopping_ && !recording && !std::holds_alternative<ask::post>(next)) co_return;
    mine.course.take(came, parts_.clock.now());
    keep_in_mind(mine, false);
    if (!comes_before_request(mine.course.next())) leave_door(mine);
    tell(mine);
  }
}

// Only a few corrections at once are between check and request: otherwise their checks would be too
// old by the time all requests have left.
asio::awaitable<void> corrector::enter_door(job& mine) {
  if (mine.at_door) co_return;
  const auto room = 2 * static_cast<std::size_t>(in_force_->settings.api.connections);
  while (at_door_ >= room)
    co_await door_.wait(std::chrono::hours(1));
  ++at_door_;
  mine.at_door = true;
}

void corrector::leave_door(job& mine) {
  if (!std::exchange(mine.at_door, false)) return;
  --at_door_;
  door_.wake_one();
}

// Whether its request may have left without a known task.
void corrector::keep_in_mind(job& mine, bool over) {
  const bool unknown = !over && mine.sent && !mine.task;
  if (unknown == std::exchange(mine.counted_as_unknown, unknown)) return;
  looks_.tasks().unknown(mine.which().where, unknown ? 1 : -1);
}

void corrector::tell(const job& mine) {
  const standing now = mine.course.standing();
  standing& told = under_way_[mine.which()];
  if (told == now) return;
  told = now;
  if (news_.changed) news_.changed(mine.which(), now);
}

void corrector::finish(const job& mine, const licensing::ask::finish& end) {
  if (!end.back && end.how.how == licensing::outcome::done) admitting_.made(mine.which());
  under_way_.erase(mine.which());
  if (under_way_.empty()) looks_.forget_lists();
  const correction& what = mine.course.wanted().what;
  if (news_.changed) news_.changed(mine.which(), end.back ? *end.back : standing_of(end.how));
  if (!end.back && news_.ended) news_.ended(what, end.how);
}

// Also stops those whose checks are under way: unrecorded, they end as if they had waited;
// recorded, objection() stops their request.
void corrector::begin_no_more() {
  for (worker& w : workers_)
    if (w.at) w.at->canceled = true;
  auto left = std::exchange(waiting_, {});
  for (std::shared_ptr<job>& one : left) {
    if (one->intent != 0)
      waiting_.push_back(std::move(one));
    else
      let_go(*one, canceled());
  }
}

void corrector::let_go(const job& mine, standing how) {
  under_way_.erase(mine.which());
  if (news_.changed) news_.changed(mine.which(), how);
}

void corrector::stop() {
  stopping_ = true;
  waiting_.clear();
  for (worker& w : workers_)
    if (!w.sending) w.stop.emit(asio::cancellation_type::terminal);
  over_.wake_all(); // who waits there has less patience now
}

void corrector::go_on() {
  stopping_ = false;
  under_way_.clear(); // what is not finished is on record
  looks_.forget_lists();
  admitting_.learn_anew();
}

asio::awaitable<void> corrector::over() {
  while (!workers_.empty()) {
    const bool last_call = stopping_;
    constexpr std::chrono::nanoseconds long_time = std::chrono::hours(24);
    if (co_await over_.wait(last_call ? final_answer : long_time) || !last_call) continue;
    for (worker& w : workers_)
      w.stop.emit(asio::cancellation_type::terminal);
  }
}

} // namespace ovhl::agent
