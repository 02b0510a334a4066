// The steps of a correction's course, carried out one by one.
#include "agent/corrector_job.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ovhl::agent {

namespace asio = boost::asio;
namespace ask = licensing::ask;
namespace told = licensing::told;
using asio::awaitable;
using licensing::event;

namespace {

constexpr std::chrono::minutes queue_time(10); // for a request's turn within the budget

error no_such_account(const licensing::place& where) {
  error e;
  e.kind = failure::invalid;
  e.where = fmt::format("account {}", where.account);
  e.message = "it is no longer configured";
  return e;
}

} // namespace

awaitable<event> corrector::carry_out(job& mine, worker&, ask::tasks) {
  const licensing::correction& what = mine.course.wanted().what;
  const auto api = parts_.lines.line_to(what.which.where.account);
  if (!api) co_return told::unanswered{no_such_account(what.which.where)};
  if (!mine.sent) co_await enter_door(mine);
  const auto now = parts_.clock.now();
  // Once a request may have been received, only what is read from now on counts.
  const auto not_before = mine.sent ? now : now - oldest_to_share;
  const auto found = co_await looks_.tasks().on_vm(*api, what.which.where, what.which.id, what.name,
                                                   not_before, now + queue_time);
  if (!found) co_return told::unanswered{found.error()};
  mine.tasks_seen_at = found->seen_at;
  if (!found->task) co_return told::tasks{};
  if (!mine.sent && found->certain && found->task->about_licenses())
    admitting_.saw({licensing::sign_of_others::kind::task, parts_.clock.wall(), what.which,
                    what.name, found->task->id});
  co_return told::tasks{found->task->id};
}

awaitable<event> corrector::carry_out(job& mine, worker&, ask::vm how) {
  const licensing::correction& what = mine.course.wanted().what;
  const auto api = parts_.lines.line_to(what.which.where.account);
  if (!api) co_return told::unanswered{no_such_account(what.which.where)};
  const auto deadline = parts_.clock.now() + queue_time;
  looks::shared_list::seen list; // kept: its texts are those of `fresh`
  if (how.before) {
    const auto not_before = parts_.clock.now() - oldest_to_share;
    auto listed = co_await looks_.licensed(*api, what.which.where, not_before, deadline);
    if (!listed) co_return told::unanswered{listed.error()};
    list = std::move(*listed);
    mine.list_seen_at = list.began;
  }
  mine.vm_seen_at = parts_.clock.now();
  const auto got = co_await ovh::get_vm(*api, what.which.where, what.which.id, deadline);
  // A page from a proxy is not an answer of the API.
  if (!got && got.error().http_status == 404 && !got.error().api_class.empty())
    co_return told::vm_gone{};
  if (!got) co_return told::unanswered{got.error()};
  told::vm seen;
  licensing::vm fresh = (*got)->vm;
  if (const auto license = licensing::declared(fresh); licensing::known(license))
    seen.license = std::string(license);
  if (!how.before) co_return seen;
  list.what->tell_of(fresh);
  const day today = std::chrono::floor<std::chrono::days>(parts_.clock.wall());
  seen.outdated = licensing::outdated(what, fresh, in_force_->policy->policy, today);
  mine.judged_by = policy_;
  // Records only the intents that can be sent while their checks are recent.
  if (!seen.outdated && api->requests_before(mine.old_at()).value_or(1) < 1)
    co_return told::outdated{};
  co_return seen;
}

awaitable<event> corrector::carry_out(job& mine, worker&, ask::record entry) {
  if (const auto* wanted = std::get_if<licensing::intent>(&entry.what)) {
    const auto number = co_await parts_.ledger.intent(*wanted);
    if (!number) co_return told::not_recorded{number.error()};
    mine.intent = *number;
  } else {
    notice_others(mine, entry.what);
    co_await parts_.ledger.note(mine.intent, mine.course.wanted().what, entry.what);
  }
  co_return told::recorded{};
}

// Immediately for those about to be sent; after a restart the ledger has it.
void corrector::notice_others(const job& mine, const licensing::note& what) {
  using kind = licensing::sign_of_others::kind;
  const licensing::correction& order = mine.course.wanted().what;
  std::optional<kind> seen;
  if (const auto* const answer = std::get_if<licensing::sent>(&what)) {
    if (licensing::is_busy(*answer)) seen = kind::busy;
  } else if (const auto* const end = std::get_if<licensing::ending>(&what)) {
    if (licensing::turned_without_us(order.action, order.to, *end)) seen = kind::turned;
  }
  if (seen) admitting_.saw({*seen, parts_.clock.wall(), order.which, order.name, 0});
}

awaitable<event> corrector::carry_out(job& mine, worker& self, ask::post) {
  const licensing::correction& what = mine.course.wanted().what;
  const auto api = parts_.lines.line_to(what.which.where.account);
  if (!api) co_return told::unsent{no_such_account(what.which.where)};
  struct sending_over {
    worker& who;
    ~sending_over() { who.sending = false; }
  };
  const sending_over at_the_end{self};
  bool too_late = false;
  const auto last_word = [this, &mine, &self, &too_late]() -> std::optional<error> {
    const auto why = objection(mine);
    too_late = !why && parts_.clock.now() > mine.old_at();
    self.sending = mine.sent = !why && !too_late;
    keep_in_mind(mine, false);
    if (self.sending) return std::nullopt;
    error e;
    e.kind = failure::canceled;
    e.message = why ? why->words : "its checks are too old";
    return e;
  };
  const auto deadline = mine.old_at();
  auto request =
      what.action == licensing::action::set_license
          ? ovh::set_license(*api, what.which.where, what.which.id, *what.to, what.bypass, deadline,
                             last_word)
          : ovh::remove_license(*api, what.which.where, what.which.id, deadline, last_word);
  ovh::task_begun got = co_await std::move(request);
  using doubt = ovh::task_begun::doubt;
  const bool no_turn = got.how == doubt::unsent && (parts_.clock.now() >= deadline ||
                                                    got.task.error().kind == failure::throttled);
  if (too_late || no_turn) co_return told::outdated{};
  if (got.task) {
    looks_.tasks().ours(what.which.where, got.task->id);
    mine.task = got.task->id;
    co_return told::accepted{got.task->id, std::move(got.query_id)};
  }
  constexpr int busy = 409;
  if (got.task.error().http_status == busy) looks_.tasks().look_again(what.which.where);
  if (got.how == doubt::refused) co_return told::refused{got.task.error()};
  if (got.how == doubt::unsent) co_return told::unsent{got.task.error()};
  co_return told::lost{got.task.error()};
}

awaitable<event> corrector::carry_out(job& mine, worker&, ask::task what) {
  const licensing::place& where = mine.which().where;
  mine.task = what.id;
  looks_.tasks().ours(where, what.id);
  const auto api = parts_.lines.line_to(where.account);
  if (!api) co_return told::unanswered{no_such_account(where)};
  const auto got =
      co_await ovh::get_task(*api, where.service, what.id, parts_.clock.now() + queue_time);
  if (!got) co_return told::unanswered{got.error()};
  co_return told::task{got->state, got->description};
}

awaitable<event> corrector::carry_out(job&, worker&, ask::pause what) {
  co_await parts_.clock.wait_for(what.how_long);
  co_return told::passed{};
}

} // namespace ovhl::agent
