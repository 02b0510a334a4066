// One poll of the daemon: look, decide, record, correct, publish.
#include "agent/look.hpp"
#include "agent/schedule.hpp"
#include "agent/view.hpp"
#include "agent/watch.hpp"
#include "os/notify.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ovhl::agent {

using boost::asio::awaitable;

// ---- one poll ----

awaitable<void> watch::poll() {
  if (interrupted_) co_return;
  activity_ = activity::looking;
  co_await open_ledger();
  parts_.lines.adopt(setup_);
  poll_report report;
  auto& status = board_.now().poll;
  const bool first = !status.finished_at;
  report.number = first ? 1 : status.number + 1;
  report.started_at = parts_.clock.wall();
  if (first) {
    status.number = 1;
    status.started_at = report.started_at;
    publish();
  }
  const loop::steady_point begun = parts_.clock.now();
  const std::uint64_t requests_before = parts_.lines.requests();
  licensing::inventory fresh = co_await look(parts_.lines, setup_.settings, parts_.clock);
  if (interrupted_) co_return;
  activity_ = activity::settling;
  report.requests = parts_.lines.requests() - requests_before;
  report.seconds = std::chrono::duration<double>(parts_.clock.now() - begun).count();
  co_await judge(std::move(fresh), std::move(report));
}

awaitable<void> watch::judge(licensing::inventory fresh, poll_report report) {
  // Judged by this look alone, before gaps are filled with what earlier looks saw.
  const auto whole = [](const licensing::datacenter& dc) { return dc.complete; };
  report.complete = fresh.complete();
  report.failed =
      !report.complete && std::none_of(fresh.datacenters.begin(), fresh.datacenters.end(), whole);
  board_.problems("poll", problems(fresh), parts_.clock.wall());

  seen_ = std::make_shared<licensing::inventory>(
      carried_forward(std::move(own_picture()), std::move(fresh)));
  looked_ = true;
  // Shared: they are recorded even if this coroutine is cancelled.
  const std::shared_ptr<const licensing::inventory> seen = seen_;
  const auto decided = std::make_shared<const licensing::decisions>(decide());
  const std::shared_ptr<const config::policy_file> policy = setup_.policy;
  const std::uint64_t ours = decided_;
  const auto judged_again = [&] { return ours != decided_; }; // by a reload meanwhile
  ledger::poll_result poll{seen, decided, {policy, &policy->policy}};
  co_await parts_.ledger.looked(std::move(poll), recorded(*policy),
                                longest_silence(setup_.settings));
  std::vector<licensing::due_correction> due = licensing::due(*seen, *decided, policy->policy);
  report.due = due.size();
  licensing::correction_states states;
  if (!judged_again()) {
    proposal wanted{std::move(due), *seen, *decided, setup_};
    states = co_await acting().correct(std::move(wanted));
  }
  if (!judged_again()) show(*decided, states);

  tell_problems();
  count(report);
  report.summary = summary(board_.now().datacenters);
  voice_.poll(report);
  voice_.witnessed(parts_.ledger.witnessed());
  plan_next_poll();
  publish();
  os::notify_status(status_line());
}

licensing::decisions watch::decide() {
  licensing::decisions decided =
      licensing::decide(*seen_, setup_.policy->policy, memory_, parts_.clock.wall());
  ++decided_;
  if (!looked_) return decided; // what is remembered waits for the first look
  memory_ = std::move(decided.next);
  voice_.changes(decided.changes);
  decided.changes = {}; // told; a new policy may make one for each VM
  return decided;
}

void watch::show(const licensing::decisions& decided, const licensing::correction_states& states) {
  const picture pic{*seen_, decided, setup_.policy->policy};
  publish::snapshot& s = board_.now();
  s.datacenters = datacenter_lines(pic);
  const auto rows = static_cast<std::size_t>(setup_.settings.status.max_findings);
  overview_ = overview(pic, states, rows, s);
  s.exemptions = exemption_lines(pic);
}

void watch::judge_again() {
  const licensing::decisions decided = decide();
  show(decided, acting().glance(licensing::due(*seen_, decided, setup_.policy->policy)));
}

void watch::count(const poll_report& report) {
  const instant now = parts_.clock.wall();
  publish::snapshot& s = board_.now();
  s.poll = {report.number,  report.started_at, now, !report.failed, report.complete,
            report.seconds, report.requests,   {}};
  s.last_poll_at = now;
  if (report.complete) s.last_success_at = now;
  if (!report.complete && !report.failed) s.last_partial_at = now;
  ++(report.complete ? s.polls_succeeded : report.failed ? s.polls_failed : s.polls_partial);
  failures_ = report.failed ? failures_ + 1 : 0;
}

void watch::plan_next_poll() {
  const double roll = std::uniform_real_distribution<double>(0.0, 1.0)(random_);
  const auto wait = pause(setup_.settings.poll.interval, failures_, roll);
  next_poll_ = parts_.clock.now() + wait;
  board_.now().poll.next_at = parts_.clock.wall() + std::chrono::round<std::chrono::seconds>(wait);
}

// Runs after the verdicts are published: they are what people wait for. This takes little time.
awaitable<void> watch::learn_standing_facts() {
  if (interrupted_ || !standing_.due(parts_.clock.now()) || failures_ > 0) co_return;
  constexpr std::chrono::seconds longest(30);
  const auto patience = std::min(setup_.settings.poll.timeout, longest);
  const loop::steady_point deadline = parts_.clock.now() + patience;
  const std::shared_ptr<const licensing::inventory> seen = seen_;
  const std::vector<error> failed =
      co_await standing_.refresh(parts_.lines, *seen, parts_.clock, deadline);
  if (interrupted_) {
    standing_.forget(); // what was asked for stands open
    co_return;
  }
  board_.problems("expiry dates", failed, parts_.clock.wall());
  expiries_.look(standing_.lines(parts_.lines), parts_.clock.wall());
  publish();
}

awaitable<void> watch::rest() {
  if (interrupted_) co_return;
  co_await parts_.clock.wait_until(next_poll_);
}

} // namespace ovhl::agent
