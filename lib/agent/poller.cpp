#include "agent/poller.hpp"

#include "agent/poll_counts.hpp"
#include "agent/survey.hpp"
#include "agent/view.hpp"

#include <algorithm>
#include <utility>

namespace ovhl::agent {

using boost::asio::awaitable;

// ---- when ----

awaitable<void> poller::run(std::function<void()> went_well) {
  while (!stopping_) {
    if (!again_) {
      phase_ = phase::pausing;
      [[maybe_unused]] const bool passed = co_await step_.run(timing_.wait());
      if (stopping_) break;
    }
    again_ = false;
    phase_ = phase::settling;
    bool done = false;
    try {
      done = co_await step_.run(poll());
    } catch (...) { // a bug, which the supervisor reports
      phase_ = phase::settling;
      count_bug(mine_);
      plan_next();
      throw;
    }
    if (!done) continue;
    went_well();
    if (!again_ && !stopping_) parts_.polled();
  }
}

void poller::stop() {
  stopping_ = true;
  step_.interrupt();
}

void poller::poll_now() {
  if (phase_ == phase::pausing)
    step_.interrupt();
  else if (phase_ == phase::settling)
    again_ = true;
}

void poller::poll_anew() {
  again_ = true;
  if (phase_ != phase::settling) step_.interrupt();
}

void poller::ledger_is_back() {
  caught_up_ = false;
  poll_anew(); // what was surveyed may be older than what the other process changed
}

void poller::plan_next() {
  const auto interval = with_.now.configuration.setup->settings.poll.interval;
  mine_.last.next_at = timing_.plan(interval, mine_.failures);
}

// ---- one poll ----

awaitable<void> poller::open_ledger() {
  co_await parts_.ledger.open();
  // Takes over from the last process: since when each VM has its verdict, what was corrected, and
  // what is unfinished, which is followed up even while corrections are off.
  if (parts_.ledger.access().is_open() && !caught_up_) {
    parts_.fleet.remember(parts_.ledger.access().history().memory());
    parts_.corrections.take_over(parts_.ledger.access().history());
    parts_.act.resume();
  }
  caught_up_ = parts_.ledger.access().is_open();
  parts_.publisher.report_problems();
}

awaitable<void> poller::poll() {
  phase_ = phase::surveying;
  co_await open_ledger();
  const std::shared_ptr<const setup> by = with_.now.configuration.setup;
  parts_.clients.adopt(*by);
  poll_report report = next_report(mine_, with_.clock.wall());
  if (!mine_.last.finished_at) { // the first: people see that it has begun
    mine_.last.number = report.number;
    mine_.last.started_at = report.started_at;
    parts_.publisher.publish();
  }
  const loop::steady_point begun = with_.clock.now();
  const std::uint64_t requests_before = parts_.clients.requests();
  licensing::inventory fresh = co_await survey(parts_.clients, by->settings, with_.clock);
  if (step_.is_interrupted()) co_return;
  phase_ = phase::settling;
  report.requests = parts_.clients.requests() - requests_before;
  report.seconds = std::chrono::duration<double>(with_.clock.now() - begun).count();
  co_await deal_with(std::move(fresh), std::move(report));
}

awaitable<void> poller::deal_with(licensing::inventory fresh, poll_report report) {
  // This survey alone counts, before its gaps are filled with what earlier ones saw.
  const auto whole = [](const licensing::datacenter& dc) { return dc.complete; };
  report.complete = fresh.complete();
  report.failed =
      !report.complete && std::none_of(fresh.datacenters.begin(), fresh.datacenters.end(), whole);
  with_.problems.report("poll", problems_of(fresh));
  parts_.fleet.saw(std::move(fresh));

  const std::shared_ptr<const surveyed> found = parts_.fleet.decide();
  const auto reloaded = [&] { return found->by->epoch != with_.now.configuration.setup->epoch; };
  co_await record(parts_.ledger, found); // it is recorded even if this is cancelled
  report.due = found->due.size();
  licensing::due_corrections due;
  if (!reloaded()) due = co_await acting().correct(found);
  if (!reloaded()) parts_.fleet.show(*found, due);

  parts_.publisher.report_problems();
  count(mine_, report, with_.clock.wall());
  report.summary = summary(with_.now.fleet.datacenters);
  with_.events.poll(report);
  with_.events.witnessed(parts_.ledger.access().witnessed());
  plan_next();
  parts_.publisher.publish();
  parts_.publisher.tell_systemd();
}

void poller::decide_again() {
  const std::shared_ptr<const surveyed> found = parts_.fleet.decide();
  parts_.fleet.show(*found, acting().glance(found));
}

actuator& poller::acting() noexcept {
  if (with_.now.configuration.setup->settings.corrections) return parts_.act;
  return only_report_;
}

} // namespace ovhl::agent
