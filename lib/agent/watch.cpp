#include "agent/watch.hpp"

#include "agent/look.hpp"
#include "agent/schedule.hpp"
#include "agent/view.hpp"
#include "os/notify.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <set>
#include <utility>

namespace ovhl::agent {

namespace asio = boost::asio;
using asio::awaitable;

namespace {

bool same_credentials(const account_setup& old, const setup& wanted) {
  return std::any_of(wanted.accounts.begin(), wanted.accounts.end(), [&](const account_setup& a) {
    return a.account.name == old.account.name && a.credentials == old.credentials;
  });
}

} // namespace

watch::watch(parts with, setup first)
    : parts_(std::move(with)),
      setup_(std::move(first)),
      voice_(parts_.log),
      board_(voice_, parts_.clock.wall()),
      accounts_(parts_.executor, parts_.clock, setup_) {
  const instant now = parts_.clock.wall();
  board_.loaded(setup_, now);
  board_.reloaded(true, std::nullopt, now);
  judge_again(); // nothing is seen yet, but the policy's exemptions are known
}

awaitable<void> watch::run() {
  publish();
  os::notify_ready("looking for the first time");
  asio::cancellation_signal no_more_feeding;
  asio::co_spawn(parts_.executor, feed_watchdog(),
                 asio::bind_cancellation_slot(no_more_feeding.slot(), [](std::exception_ptr) {}));
  while (!stopping_) {
    activity_ = activity::settling;
    again_ = false;
    co_await interruptible(poll(), "poll");
    if (stopping_ || again_) continue;
    activity_ = activity::resting;
    co_await interruptible(learn_standing_facts(), "expiry dates");
    if (interrupted_) continue;
    co_await interruptible(rest(), "rest");
  }
  no_more_feeding.emit(asio::cancellation_type::terminal);
  publish();
}

// ---- what it is told ----

void watch::reload() {
  os::notify_reloading();
  read_outcome read = parts_.read_again();
  for (const config::diagnostic& d : read.warnings)
    parts_.log(os::level::warning, config::words(d));
  if (read.value) {
    take_over(std::move(*read.value));
  } else {
    const std::string why = read.summary();
    parts_.log(os::level::error, "reload refused, what was loaded before stays in force: " + why);
    board_.reloaded(false, why, parts_.clock.wall());
  }
  publish();
  os::notify_ready(status_line());
}

void watch::take_over(setup wanted) {
  const bool look_anew = !same_look(setup_, wanted);
  part_with_uncovered(wanted);
  for (const account_setup& old : setup_.accounts)
    if (!same_credentials(old, wanted)) standing_.forget_credential(old.account.name);
  setup_ = std::move(wanted);
  parts_.log.set(log_format_of(setup_.settings), log_level_of(setup_.settings));
  parts_.log(os::level::info,
             fmt::format("reloaded: mode {}, policy {}", name(setup_.policy->policy.mode),
                         setup_.policy->path.string()),
             {{"POLICY_SHA256", setup_.policy->sha256}});
  const instant now = parts_.clock.wall();
  board_.loaded(setup_, now);
  board_.reloaded(true, std::nullopt, now);
  standing_.forget();
  judge_again();
  if (look_anew && activity_ == activity::looking) {
    again_ = true;
    interrupt();
  } else {
    poll_now(); // a look under way is judged by the new policy when it ends
  }
}

// VMs nobody is to look at any more have not vanished.
void watch::part_with_uncovered(const setup& wanted) {
  std::set<std::pair<std::string, std::string>> dropped;
  const auto uncovered = [&](const licensing::place& where) {
    return !covers(wanted, where.account, where.service);
  };
  for (const auto& [where, vms] : memory_.vms)
    if (uncovered(where)) dropped.emplace(where.account, where.service);
  std::erase_if(memory_.vms, [&](const auto& entry) { return uncovered(entry.first); });
  std::erase_if(memory_.settled, uncovered);
  std::erase_if(seen_.datacenters, [&](const auto& dc) { return uncovered(dc.where); });
  std::erase_if(seen_.blind_spots, [&](const licensing::blind_spot& spot) {
    return !covers(wanted, spot.account, spot.service);
  });
  for (const auto& [account, service] : dropped)
    voice_.no_longer_looked_at(account, service);
}

void watch::poll_now() {
  if (activity_ == activity::resting)
    interrupt();
  else if (activity_ == activity::settling)
    again_ = true;
}

void watch::stop() {
  if (stopping_) return;
  stopping_ = true;
  os::notify_stopping();
  board_.now().daemon.state = publish::daemon_state::stopping;
  interrupt();
}

void watch::interrupt() {
  interrupted_ = true;
  interrupt_.emit(asio::cancellation_type::terminal);
}

awaitable<void> watch::interruptible(awaitable<void> step, std::string what) {
  interrupted_ = false;
  std::vector<error> bugs;
  try {
    co_await asio::co_spawn(parts_.executor, std::move(step),
                            asio::bind_cancellation_slot(interrupt_.slot(), asio::use_awaitable));
  } catch (const std::exception& e) {
    if (interrupted_) co_return; // what a cancelled await throws
    error bug;
    bug.kind = failure::invalid;
    bug.where = what;
    bug.message = fmt::format("this is a bug, please report it: {}", e.what());
    bugs.push_back(std::move(bug));
  }
  board_.troubles("bug: " + what, bugs, parts_.clock.wall());
  if (bugs.empty()) co_return;
  if (activity_ != activity::resting) poll_broke();
  publish();
}

// A bug ended it before it was published and counted.
void watch::poll_broke() {
  publish::snapshot& s = board_.now();
  ++s.polls_failed;
  ++failures_;
  s.daemon.state = publish::daemon_state::failing;
  s.poll.ok = s.poll.complete = false;
  plan_next_poll();
}

// ---- one poll ----

awaitable<void> watch::poll() {
  if (interrupted_) co_return;
  activity_ = activity::looking;
  accounts_.adopt(setup_);
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
  const std::uint64_t requests_before = accounts_.requests();
  licensing::inventory fresh = co_await look(accounts_, setup_.settings, parts_.clock);
  if (interrupted_) co_return;
  activity_ = activity::settling;
  report.requests = accounts_.requests() - requests_before;
  report.seconds = std::chrono::duration<double>(parts_.clock.now() - begun).count();
  co_await judge(std::move(fresh), std::move(report));
}

awaitable<void> watch::judge(licensing::inventory fresh, poll_report report) {
  // Of what this look saw by itself, before the gaps are filled with what earlier ones saw.
  const auto whole = [](const licensing::datacenter& dc) { return dc.complete; };
  report.complete = fresh.complete();
  report.failed =
      !report.complete && std::none_of(fresh.datacenters.begin(), fresh.datacenters.end(), whole);
  board_.troubles("poll", problems(fresh), parts_.clock.wall());

  seen_ = carried_forward(std::move(seen_), std::move(fresh));
  const licensing::decisions decided = decide();
  const std::uint64_t ours = decided_;
  std::vector<licensing::correction> orders = licensing::due(seen_, decided, setup_.policy->policy);
  report.due = orders.size();
  const auto standing = co_await parts_.act.correct(std::move(orders));
  if (ours == decided_) show(decided, standing); // else a reload has judged again meanwhile

  count(report);
  report.summary = summary(board_.now().datacenters);
  voice_.poll(report);
  plan_next_poll();
  publish();
  os::notify_status(status_line());
}

licensing::decisions watch::decide() {
  licensing::decisions decided =
      licensing::decide(seen_, setup_.policy->policy, memory_, parts_.clock.wall());
  memory_ = std::move(decided.next);
  ++decided_;
  voice_.changes(decided.changes);
  return decided;
}

void watch::show(const licensing::decisions& decided,
                 const std::vector<publish::due_state>& standing) {
  const picture pic{seen_, decided, setup_.policy->policy};
  publish::snapshot& s = board_.now();
  s.datacenters = datacenter_lines(pic);
  s.findings = findings(pic, standing);
  s.exemptions = exemption_lines(pic);
}

void watch::judge_again() {
  const licensing::decisions decided = decide();
  const std::size_t due = licensing::due(seen_, decided, setup_.policy->policy).size();
  show(decided, std::vector<publish::due_state>(due, publish::due_state::reported));
}

void watch::count(const poll_report& report) {
  using publish::daemon_state;
  const instant now = parts_.clock.wall();
  publish::snapshot& s = board_.now();
  s.poll = {report.number,  report.started_at, now, !report.failed, report.complete,
            report.seconds, report.requests,   {}};
  s.last_poll_at = now;
  if (report.complete) s.last_success_at = now;
  ++(report.complete ? s.polls_succeeded : report.failed ? s.polls_failed : s.polls_partial);
  failures_ = report.failed ? failures_ + 1 : 0;
  if (stopping_) return;
  s.daemon.state = report.complete ? daemon_state::ok
                   : report.failed ? daemon_state::failing
                                   : daemon_state::degraded;
}

void watch::plan_next_poll() {
  const double roll = std::uniform_real_distribution<double>(0.0, 1.0)(random_);
  const auto wait = pause(setup_.settings.poll.interval, failures_, roll);
  next_poll_ = parts_.clock.now() + wait;
  board_.now().poll.next_at = parts_.clock.wall() + std::chrono::round<std::chrono::seconds>(wait);
}

// After the verdicts are published: they are what people wait for. Nobody waits long for these.
awaitable<void> watch::learn_standing_facts() {
  if (interrupted_ || !standing_.due(parts_.clock.now()) || failures_ > 0) co_return;
  constexpr std::chrono::seconds longest(30);
  const auto patience = std::min(setup_.settings.poll.timeout, longest);
  const loop::steady_point deadline = parts_.clock.now() + patience;
  const std::vector<error> failed =
      co_await standing_.refresh(accounts_, seen_, parts_.clock, deadline);
  if (interrupted_) {
    standing_.forget(); // what was asked for stands open
    co_return;
  }
  board_.troubles("expiry dates", failed, parts_.clock.wall());
  publish();
}

awaitable<void> watch::rest() {
  if (interrupted_) co_return;
  co_await parts_.clock.wait_until(next_poll_);
}

// ---- being seen ----

awaitable<void> watch::feed_watchdog() {
  const auto interval = os::watchdog_interval();
  while (interval) {
    os::notify_watchdog();
    co_await parts_.clock.wait_for(*interval);
  }
}

void watch::publish() {
  board_.now().accounts = standing_.lines(accounts_);
  board_.write(parts_.clock.wall());
}

std::string watch::status_line() const {
  const publish::snapshot& s = board_.now();
  if (!s.poll.finished_at) return "looking for the first time";
  const auto due = std::count_if(s.findings.begin(), s.findings.end(),
                                 [](const auto& f) { return f.action != licensing::action::none; });
  return fmt::format("{}: {}; {} due; policy mode {}", name(s.daemon.state), summary(s.datacenters),
                     due, name(s.policy.mode));
}

} // namespace ovhl::agent
