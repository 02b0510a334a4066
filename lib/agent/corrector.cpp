#include "agent/corrector.hpp"

#include "agent/corrector_job.hpp"
#include "config/opening.hpp"

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

constexpr std::chrono::seconds time_to_ask(30); // whether a service can have licenses
constexpr std::chrono::seconds final_answer(5); // what a request under way gets when we stop

// How many corrections at once: the request budget is shared with the polls.
std::size_t width(const config::settings::api_limits& limits) {
  constexpr int most = 512;
  if (limits.requests_per_minute == 0) return most;
  return static_cast<std::size_t>(std::clamp(limits.requests_per_minute / 10, 1, most));
}

licensing::patience patience_with(const config::settings::api_limits& limits) {
  licensing::patience p;
  p.settling = 2 * limits.timeout;
  p.sending = turn_to_send;
  return p;
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

corrector::corrector(parts with) : parts_(std::move(with)), foreign_(parts_.clock) {}

void corrector::listen(news to) { news_ = std::move(to); }

void corrector::adopt(const setup& by) {
  policy_ = by.policy;
  limits_ = by.settings.api;
  allowed_ = by.settings.corrections;
  if (!allowed_) begin_no_more();
}

// ---- what may begin ----

asio::awaitable<std::vector<standing>> corrector::correct(proposal p) {
  licensing::admission admitted = co_await weigh(p);
  std::vector<correction> chosen;
  chosen.reserve(admitted.begin.size());
  for (const std::size_t i : admitted.begin)
    chosen.push_back(std::move(p.due[i]));
  if (!stopping_) begin(chosen, p.by);
  co_return std::move(admitted.each);
}

asio::awaitable<licensing::admission> corrector::weigh(const proposal& p) {
  licensing::circumstances c;
  const auto policy = p.by.policy;
  c.not_activated = co_await services_without(p);
  if (p.by.policy != policy) { // reloaded meanwhile: what is due has been judged anew
    licensing::admission nothing;
    nothing.each = glance(p.due);
    co_return nothing;
  }
  const licensing::guards& guards = p.by.policy->policy.guards;
  c.now = parts_.clock.wall();
  c.windows = config::opening_at(guards.windows, c.now);
  c.failed = &parts_.ledger.history().failed();
  c.under_way = &under_way_;
  if (const auto& trouble = parts_.ledger.trouble()) c.ledger_trouble = words(*trouble);
  c.person = parts_.by.person;
  licensing::admission admitted = licensing::admit(p.due, p.seen, guards, confirmations_, c);
  confirmations_ = admitted.next;
  co_return admitted;
}

// The services of corrections to be made that set a license, where Windows licenses are not
// activated, or where that could not be found out.
asio::awaitable<std::set<std::pair<std::string, std::string>>>
corrector::services_without(const proposal& p) {
  constexpr std::chrono::hours believed(1);
  std::set<std::pair<std::string, std::string>> asked, without;
  troubles_.clear();
  for (const correction& c : p.due) {
    const licensing::place& where = c.which.where;
    const std::pair key(where.account, where.service);
    if (!c.allowed || c.action != licensing::action::set_license || !asked.insert(key).second)
      continue;
    if (const auto known = activated_.find(key);
        known != activated_.end() && known->second > parts_.clock.now())
      continue;
    const auto api = line_to(where);
    if (!api) continue;
    const auto deadline = parts_.clock.now() + time_to_ask;
    const auto facts = co_await ovh::get_service(*api, where.service, deadline);
    if (facts && facts->spla) {
      activated_[key] = parts_.clock.now() + believed;
      continue;
    }
    without.insert(key);
    error e = facts ? error{} : facts.error();
    if (facts) {
      e.kind = failure::refused;
      e.where = fmt::format("account {}: {}", where.account, where.service);
      e.message = "Windows licenses are not activated on this service, none can be set";
      e.advice = "activate them in the OVHcloud control panel";
    }
    troubles_.push_back(std::move(e));
  }
  co_return without;
}

std::vector<standing> corrector::glance(const std::vector<correction>& due) {
  std::vector<standing> all(due.size());
  for (std::size_t i = 0; i < due.size(); ++i)
    if (const auto found = under_way_.find(due[i].which); found != under_way_.end())
      all[i] = found->second;
  return all;
}

// ---- seeing them through ----

void corrector::begin(const std::vector<correction>& chosen, const setup& by) {
  adopt(by);
  for (const correction& c : chosen) {
    licensing::intent wanted{c, parts_.by, by.policy->sha256};
    enlist(std::make_shared<job>(
        0, licensing::course(std::move(wanted), patience_with(limits_), parts_.clock.now())));
  }
}

void corrector::resume(const setup& by) {
  adopt(by);
  for (const auto& [number, rest] : parts_.ledger.history().unfinished()) {
    if (under_way_.contains(rest.wanted.what.which)) continue;
    const auto age = std::max(parts_.clock.wall() - rest.at, std::chrono::seconds(0));
    enlist(std::make_shared<job>(
        number, licensing::course(rest, age, patience_with(limits_), parts_.clock.now())));
  }
}

void corrector::enlist(std::shared_ptr<job> next) {
  if (stopping_) return;
  under_way_[next->which()] = next->course.standing();
  waiting_.push_back(std::move(next));
  if (workers_.size() >= width(limits_)) return;
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
    std::optional<error> bug;
    try {
      co_await see_through(*mine, self);
    } catch (const boost::system::system_error& e) {
      if (e.code() != asio::error::operation_aborted) bug.emplace().message = e.what();
    } catch (const std::exception& e) {
      bug.emplace().message = e.what();
    }
    if (!bug) continue;
    bug->where = fmt::format("the correction of VM {}", mine->which().id);
    bug->advice = "this is a bug, please report it; it goes on after a restart";
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
    // The ledger knows how far it came.
    if (stopping_ && !std::holds_alternative<ask::record>(next)) co_return;
    event came = co_await std::visit(
        [&](const auto& what) -> awaitable<event> {
          if constexpr (std::is_same_v<std::decay_t<decltype(what)>, ask::finish>)
            throw std::logic_error("a course ended twice");
          else
            return carry_out(mine, self, what);
        },
        next);
    if (stopping_ && !std::holds_alternative<ask::record>(next) &&
        !std::holds_alternative<ask::post>(next))
      co_return;
    mine.course.take(came, parts_.clock.now());
    tell(mine);
  }
}

void corrector::tell(const job& mine) {
  const standing now = mine.course.standing();
  standing& told = under_way_[mine.which()];
  if (told == now) return;
  told = now;
  if (news_.changed) news_.changed(mine.which(), now);
}

void corrector::finish(const job& mine, const licensing::ask::finish& end) {
  if (mine.task) foreign_.forget(*mine.task);
  under_way_.erase(mine.which());
  const correction& what = mine.course.wanted().what;
  if (news_.changed) news_.changed(mine.which(), end.back ? *end.back : standing_of(end.how));
  if (!end.back && news_.ended) news_.ended(what, end.how);
}

void corrector::begin_no_more() {
  const standing stopped{due_state::held, {}, {}, "stopped before its turn came", {}};
  for (const std::shared_ptr<job>& left : std::exchange(waiting_, {})) {
    under_way_.erase(left->which());
    if (news_.changed) news_.changed(left->which(), stopped);
  }
}

void corrector::stop() {
  stopping_ = true;
  waiting_.clear();
  for (worker& w : workers_)
    if (!w.sending) w.stop.emit(asio::cancellation_type::terminal);
}

asio::awaitable<void> corrector::over() {
  const auto patience = stopping_ ? std::chrono::nanoseconds(final_answer)
                                  : std::chrono::nanoseconds(std::chrono::hours(24));
  while (!workers_.empty()) {
    if (co_await over_.wait(patience)) continue;
    if (!stopping_) continue;
    for (worker& w : workers_)
      w.stop.emit(asio::cancellation_type::terminal);
  }
}

} // namespace ovhl::agent
