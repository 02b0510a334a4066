#include "agent/ovh_door.hpp"

#include "licensing/correction_goal.hpp"
#include "ovh/client/api_error.hpp"

#include <fmt/format.h>

#include <utility>

namespace ovhl::agent {

namespace told = errand::told;
using boost::asio::awaitable;
using errand::event;
using licensing::correction;

namespace {

constexpr std::chrono::minutes queue_time(10); // for a request to get its turn within the budget

error no_such_account(const licensing::place& where) {
  error e;
  e.kind = failure::invalid;
  e.where = fmt::format("account {}", where.account);
  e.message = "it is no longer configured";
  return e;
}

} // namespace

awaitable<event> ovh_door::find(const correction& what, looked_at& at, bool sent) {
  const auto api = parts_.accounts.client_of(what.which.where.account);
  if (!api) co_return told::unanswered{no_such_account(what.which.where)};
  const auto now = parts_.clock.now();
  const auto not_before = sent ? now : now - oldest_to_share;
  const auto found = co_await looks_.tasks().on_vm(*api, what.which.where, what.which.id, what.name,
                                                   not_before, now + queue_time);
  if (!found) co_return told::unanswered{found.error()};
  at.tasks = found->seen_at;
  if (!found->task) co_return told::found{};
  if (!sent && found->certain && found->task->about_licenses())
    parts_.saw({licensing::sign_of_others::kind::task, parts_.clock.wall(), what.which, what.name,
                found->task->id});
  co_return told::found{found->task->id};
}

awaitable<event> ovh_door::look(const correction& what, looked_at& at, bool before) {
  const auto api = parts_.accounts.client_of(what.which.where.account);
  if (!api) co_return told::unanswered{no_such_account(what.which.where)};
  const auto deadline = parts_.clock.now() + queue_time;
  looks::shared_list::seen list; // `fresh` refers to its texts
  if (before) {
    const auto not_before = parts_.clock.now() - oldest_to_share;
    auto listed = co_await looks_.licensed(*api, what.which.where, not_before, deadline);
    if (!listed) co_return told::unanswered{listed.error()};
    list = std::move(*listed);
    at.list = list.began;
  }
  at.vm = parts_.clock.now();
  const auto got = co_await ovh::get_vm(*api, what.which.where, what.which.id, deadline);
  // A page from a proxy is not an answer of the API.
  if (!got && got.error().http_status == 404 && !got.error().api_class.empty())
    co_return told::vanished{};
  if (!got) co_return told::unanswered{got.error()};
  told::seen seen;
  licensing::vm fresh = (*got)->vm;
  if (const auto license = licensing::declared(fresh); licensing::known(license))
    seen.found = std::string(license);
  if (!before) co_return seen;
  list.what->copy_to(fresh);
  const day today = std::chrono::floor<std::chrono::days>(parts_.clock.wall());
  const auto policy = parts_.policy();
  seen.outdated = licensing::outdated(what, fresh, policy->policy, today);
  at.policy = policy->sha256;
  // Records only the intents that can be sent while their checks are recent.
  if (!seen.outdated && api->requests_before(at.old_at()).value_or(1) < 1)
    co_return told::outdated{};
  co_return seen;
}

awaitable<event> ovh_door::send(const correction& what, const looked_at& at,
                                std::function<std::optional<error>()> last_word) {
  const licensing::vm_key& which = what.which;
  const auto api = parts_.accounts.client_of(which.where.account);
  if (!api) co_return told::unsent{no_such_account(which.where)};
  bool too_late = false;
  // The age comes first: last_word() already counts the request as sent where nothing objects.
  const auto still_fresh = [&, this]() -> std::optional<error> {
    too_late = parts_.clock.now() > at.old_at();
    if (!too_late) return last_word();
    error e;
    e.kind = failure::canceled;
    e.message = "its checks are too old";
    return e;
  };
  const auto deadline = at.old_at();
  auto request = what.action == licensing::action::set_license
                     ? ovh::set_license(*api, which.where, which.id, *what.to, what.bypass,
                                        deadline, still_fresh)
                     : ovh::remove_license(*api, which.where, which.id, deadline, still_fresh);
  ovh::task_begun got = co_await std::move(request);
  using doubt = ovh::task_begun::doubt;
  const bool no_turn = got.how == doubt::unsent && (parts_.clock.now() >= deadline ||
                                                    got.task.error().kind == failure::throttled);
  if (too_late || no_turn) co_return told::outdated{};
  if (got.task) {
    looks_.tasks().ours(which.where, got.task->id);
    co_return told::accepted{got.task->id, std::move(got.query_id)};
  }
  if (got.task.error().http_status == errand::http_busy) looks_.tasks().look_again(which.where);
  if (got.how == doubt::unsent) co_return told::unsent{got.task.error()};
  if (got.how == doubt::lost) co_return told::lost{got.task.error()};
  const bool guest_os = ovh::license_refusal_of(got.task.error()) == ovh::license_refusal::guest_os;
  co_return told::refused{licensing::with_advice(got.task.error(), guest_os, what)};
}

awaitable<event> ovh_door::follow(const correction& what, std::int64_t task) {
  const licensing::place& where = what.which.where;
  looks_.tasks().ours(where, task);
  const auto api = parts_.accounts.client_of(where.account);
  if (!api) co_return told::unanswered{no_such_account(where)};
  const auto got =
      co_await ovh::get_task(*api, where.service, task, parts_.clock.now() + queue_time);
  if (!got) co_return told::unanswered{got.error()};
  co_return told::state{licensing::trace_state_of(got->state), got->description};
}

} // namespace ovhl::agent
